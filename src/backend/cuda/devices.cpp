// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cuda_runtime.h>
#include <fmt/format.h>

#include "backend/cuda/kernel_table.hpp"
#include "backend/cuda_devices.hpp"

namespace scatterfold {
namespace {

std::string uuid_text(const cudaUUID_t& uuid) {
  std::string text = "GPU-";
  for (int i = 0; i < 16; ++i) {
    text += fmt::format("{:02x}", static_cast<unsigned char>(uuid.bytes[i]));
    if (i == 3 || i == 5 || i == 7 || i == 9) text += '-';
  }
  return text;
}

}  // namespace

int cuda_device_count() {
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) {
    static_cast<void>(cudaGetLastError());
    return 0;
  }
  return count;
}

std::vector<CudaDevice> cuda_devices() {
  std::vector<CudaDevice> devices;
  for (int i = 0; i < cuda_device_count(); ++i) {
    cudaDeviceProp properties;
    if (cudaGetDeviceProperties(&properties, i) != cudaSuccess) continue;
    char pci[32] = "";
    static_cast<void>(cudaDeviceGetPCIBusId(pci, sizeof pci, i));
    devices.push_back({i, properties.name, uuid_text(properties.uuid), pci,
                       static_cast<std::int64_t>(properties.totalGlobalMem), properties.major, properties.minor});
  }
  return devices;
}

std::string cuda_trouble() {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  static_cast<void>(cudaGetLastError());
  int driver = 0, runtime = 0;
  static_cast<void>(cudaDriverGetVersion(&driver));
  static_cast<void>(cudaRuntimeGetVersion(&runtime));
  if (status == cudaErrorInsufficientDriver && driver > 0) {
    return fmt::format(
        "the GPU driver is too old (it knows CUDA {}.{}, this program needs {}.{}): update the driver, or use --mode "
        "threads",
        driver / 1000, driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10);
  }
  if (driver == 0 || status == cudaErrorInsufficientDriver) {
    return "no GPU driver was found on this machine: use --mode threads, or run where a GPU is";
  }
  if (status != cudaSuccess && status != cudaErrorNoDevice) {
    return fmt::format("CUDA cannot start ({}): use --mode threads, or see `scatterfold doctor`",
                       cudaGetErrorString(status));
  }
  if (count == 0) return "no GPU is visible (check CUDA_VISIBLE_DEVICES): use --mode threads, or run where a GPU is";
  return {};
}

std::string cuda_build_version() { return fmt::format("{}.{}", CUDART_VERSION / 1000, CUDART_VERSION % 1000 / 10); }

}  // namespace scatterfold

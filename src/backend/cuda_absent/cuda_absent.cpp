// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/backend.hpp"
#include "backend/cuda_devices.hpp"
#include "base/error.hpp"

/// Linked instead of cuda/ where the build found no CUDA toolkit.
namespace scatterfold {

int cuda_device_count() { return 0; }
std::vector<CudaDevice> cuda_devices() { return {}; }
std::string cuda_build_version() { return {}; }

std::string cuda_trouble() {
  return "this scatterfold was built without CUDA: use --mode threads, or build it where the CUDA toolkit is";
}

std::unique_ptr<Backend> make_cuda_backend(int, int, std::int64_t) { throw ResourceError(cuda_trouble()); }

}  // namespace scatterfold

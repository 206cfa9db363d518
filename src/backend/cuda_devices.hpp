// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace scatterfold {

class Backend;

/// A GPU as this process sees it. Needs no CUDA header; in a CPU-only build there are none.
struct CudaDevice {
  int index = 0;
  std::string name, uuid, pci;
  std::int64_t memory_bytes = 0;
  int major = 0, minor = 0;

  std::string describe() const;  ///< "NVIDIA H200 (GPU-0123..., PCI 0000:04:00.0, 139.8 GiB)"
};

/// The GPUs that CUDA_VISIBLE_DEVICES leaves visible; empty when there is none or CUDA cannot start.
std::vector<CudaDevice> cuda_devices();
int cuda_device_count();

/// Why there is no usable GPU, with what is there and what is needed, as an error text; empty when there is one.
/// FAULTS case 18.
std::string cuda_trouble();

/// "13.0" or empty in a CPU-only build.
std::string cuda_build_version();

/// Folds on that device: reads into pinned buffers with `threads` threads, copies and computes on streams.
/// Errors: ResourceError where the device cannot be used.
std::unique_ptr<Backend> make_cuda_backend(int device, int threads, std::int64_t memory_bytes);

}  // namespace scatterfold

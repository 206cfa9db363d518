// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>

#include "gpu_fold/cub_peer.hpp"

namespace scatterfold::bench {

/// CUB's two calls: the first asks for scratch memory, which is allocated here, the second is the work.
template <class Call>
DeviceWork with_scratch(std::size_t output_bytes, Call call) {
  auto allocate = [](std::size_t bytes) {
    void* memory = nullptr;
    static_cast<void>(cudaMalloc(&memory, bytes));
    return std::shared_ptr<void>(memory, [](void* p) { static_cast<void>(cudaFree(p)); });
  };
  std::size_t bytes = 0;
  auto output = allocate(output_bytes);
  if (const cudaError_t error = call(nullptr, bytes, output.get(), cudaStream_t{}); error != cudaSuccess) {
    return [error](cudaStream_t) { return error; };
  }
  return [=, scratch = allocate(bytes)](cudaStream_t stream) {
    std::size_t size = bytes;
    return call(scratch.get(), size, output.get(), stream);
  };
}

}  // namespace scatterfold::bench

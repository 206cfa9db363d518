// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cuda_fp16.h>

#include <cub/device/device_reduce.cuh>

#include "gpu_fold/cub_work.cuh"

namespace scatterfold::bench {
namespace {

template <class A>
struct Add {
  __host__ __device__ A operator()(A a, A b) const { return a + b; }
};

}  // namespace

DeviceWork cub_wide_sum(ElementType type, const std::byte* data, std::int64_t count) {
  auto sum = [&](auto* typed, auto zero) {
    using T = std::remove_pointer_t<decltype(typed)>;
    using A = decltype(zero);
    const T* in = reinterpret_cast<const T*>(data);
    return with_scratch(sizeof(A), [=](void* scratch, std::size_t& bytes, void* out, cudaStream_t stream) {
      return cub::DeviceReduce::Reduce(scratch, bytes, in, static_cast<A*>(out), count, Add<A>{}, A{}, stream);
    });
  };
  switch (type) {
    case ElementType::int8: return sum(static_cast<std::int8_t*>(nullptr), std::int64_t{});
    case ElementType::uint8: return sum(static_cast<std::uint8_t*>(nullptr), std::int64_t{});
    case ElementType::int16: return sum(static_cast<std::int16_t*>(nullptr), std::int64_t{});
    case ElementType::uint16: return sum(static_cast<std::uint16_t*>(nullptr), std::int64_t{});
    case ElementType::int32: return sum(static_cast<std::int32_t*>(nullptr), std::int64_t{});
    case ElementType::uint32: return sum(static_cast<std::uint32_t*>(nullptr), std::int64_t{});
    case ElementType::float16: return sum(static_cast<__half*>(nullptr), 0.0f);
    case ElementType::float32: return sum(static_cast<float*>(nullptr), 0.0);
    default: return {};
  }
}

}  // namespace scatterfold::bench

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cub/device/device_reduce.cuh>

#include "gpu_fold/cub_work.cuh"

namespace scatterfold::bench {

DeviceWork cub_sum(ElementType type, const std::byte* data, std::int64_t count) {
  auto sum = [&](auto* typed) {
    using T = std::remove_const_t<std::remove_pointer_t<decltype(typed)>>;
    const T* in = reinterpret_cast<const T*>(data);
    return with_scratch(sizeof(T), [=](void* scratch, std::size_t& bytes, void* out, cudaStream_t stream) {
      return cub::DeviceReduce::Sum(scratch, bytes, in, static_cast<T*>(out), count, stream);
    });
  };
  switch (type) {
    case ElementType::int8: return sum(static_cast<std::int8_t*>(nullptr));
    case ElementType::uint8: return sum(static_cast<std::uint8_t*>(nullptr));
    case ElementType::int16: return sum(static_cast<std::int16_t*>(nullptr));
    case ElementType::uint16: return sum(static_cast<std::uint16_t*>(nullptr));
    case ElementType::int32: return sum(static_cast<std::int32_t*>(nullptr));
    case ElementType::uint32: return sum(static_cast<std::uint32_t*>(nullptr));
    case ElementType::int64: return sum(static_cast<std::int64_t*>(nullptr));
    case ElementType::uint64: return sum(static_cast<std::uint64_t*>(nullptr));
    case ElementType::float32: return sum(static_cast<float*>(nullptr));
    case ElementType::float64: return sum(static_cast<double*>(nullptr));
    case ElementType::float16: break;  // a sum in float16 overflows at once: cub_wide_sum is its peer
  }
  return {};
}

}  // namespace scatterfold::bench

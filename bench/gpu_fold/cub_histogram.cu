// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cub/device/device_histogram.cuh>

#include "gpu_fold/cub_work.cuh"

namespace scatterfold::bench {

DeviceWork cub_histogram(ElementType type, const std::byte* data, std::int64_t count, int bins, double low,
                         double high) {
  auto histogram = [&](auto* typed, auto level) {
    using T = std::remove_pointer_t<decltype(typed)>;
    using Level = decltype(level);
    const T* in = reinterpret_cast<const T*>(data);
    const auto from = static_cast<Level>(low), to = static_cast<Level>(high);
    return with_scratch(bins * sizeof(int), [=](void* scratch, std::size_t& bytes, void* out, cudaStream_t stream) {
      return cub::DeviceHistogram::HistogramEven(scratch, bytes, in, static_cast<int*>(out), bins + 1, from, to, count,
                                                 stream);
    });
  };
  switch (type) {
    case ElementType::uint8: return histogram(static_cast<std::uint8_t*>(nullptr), int{});
    case ElementType::int32: return histogram(static_cast<std::int32_t*>(nullptr), int{});
    case ElementType::float32: return histogram(static_cast<float*>(nullptr), float{});
    case ElementType::float64: return histogram(static_cast<double*>(nullptr), double{});
    default: return {};
  }
}

}  // namespace scatterfold::bench

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/element_type.hpp"

namespace scatterfold::bench {

/// Enqueues a peer's work, everything it needs already allocated.
using DeviceWork = std::function<cudaError_t(cudaStream_t)>;

/// cub::DeviceReduce::Sum as people call it: the result has the type of the elements, CUB chooses how it adds (8 and 16
/// bits in int32, floats in their own type).
DeviceWork cub_sum(ElementType type, const std::byte* data, std::int64_t count);

/// The same with a sum that cannot overflow or lose: int64, and float64 for float32. cub::DeviceReduce::Reduce on the
/// pointer itself: an iterator that converts would cost CUB its wide loads. Empty where cub_sum is that already.
DeviceWork cub_wide_sum(ElementType type, const std::byte* data, std::int64_t count);

/// cub::DeviceHistogram::HistogramEven with 32-bit counters, the quickest it has. Of uint8, int32, float32, float64.
DeviceWork cub_histogram(ElementType type, const std::byte* data, std::int64_t count, int bins, double low,
                         double high);

}  // namespace scatterfold::bench

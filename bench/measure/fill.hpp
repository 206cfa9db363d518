// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

#include "base/element_type.hpp"

namespace scatterfold::bench {

enum class Spread {
  uniform,
  narrow,   ///< bell-shaped about the middle, standard deviation 1/40 of the range
  constant  ///< the middle of the range
};

constexpr const char* name_of(Spread spread) {
  return spread == Spread::uniform ? "uniform" : spread == Spread::narrow ? "narrow" : "constant";
}

/// What a type is filled with: 8 and 16 bits in full, 32-bit integers within 2^30, 64-bit ones within 2^40, floats as
/// if they were temperatures.
struct Values {
  double low, high;
};
Values values_of(ElementType type);

/// Enqueues the filling of device memory with elements [first, first + count) of an endless sequence: every element is
/// computed from its index alone.
cudaError_t fill(cudaStream_t stream, ElementType type, Spread spread, std::int64_t first, std::int64_t count,
                 std::byte* data);

}  // namespace scatterfold::bench

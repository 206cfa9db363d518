// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/half.hpp"

namespace scatterfold::cuda {

/// The value of a float16 by the hardware, which is exact.
__device__ __forceinline__ float value_of_half(Half half) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(half.bits));
  return value;
}

}  // namespace scatterfold::cuda

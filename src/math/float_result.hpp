// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"

namespace scatterfold::math {

/// `x` rounded to float32. A NaN becomes the canonical one (0x7fc00000) by its bits: the conversion instruction of an
/// NVIDIA GPU makes 0x7fffffff of every NaN.
SCATTERFOLD_HD float float_result(double x) {
  const float rounded = static_cast<float>(x);
  const unsigned mask = rounded == rounded ? ~0u : 0u;
  return __builtin_bit_cast(float, (__builtin_bit_cast(unsigned, rounded) & mask) | (0x7fc00000u & ~mask));
}

}  // namespace scatterfold::math

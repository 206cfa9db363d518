// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"

namespace scatterfold::math {

/// `yes` or `no`, both computed. Compilers make branches of `?:` where computing both might trap, and then no SIMD code
/// of loops (GCC does below AVX-512); of masks they do not.
SCATTERFOLD_HD double choose(bool condition, double yes, double no) {
  const Bits mask = condition ? ~0ull : 0ull;
  return from_bits((to_bits(yes) & mask) | (to_bits(no) & ~mask));
}

/// x where it is in [low, high], else the nearer of them; high of NaN.
SCATTERFOLD_HD double clamped(double x, double low, double high) {
  const double below = choose(x < high, x, high);
  return choose(below > low, below, low);
}

}  // namespace scatterfold::math

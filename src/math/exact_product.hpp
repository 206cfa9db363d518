// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"

namespace scatterfold::math {

/// a * b and what its rounding lost, exactly, without a fused multiply-add: halves of 26 bits multiply exactly. For
/// |a|, |b| < 2^990 and |a * b| in (2^-960, 2^1020), or 0.
/// Source: Dekker, Numerische Mathematik 18 (1971), Mul12, with Veltkamp's splitting.
SCATTERFOLD_HD void exact_product(double a, double b, double& product, double& lost) {
  constexpr double splitter = 0x1p27 + 1;
  const double moved_a = a * splitter, moved_b = b * splitter;
  const double high_a = moved_a - (moved_a - a), high_b = moved_b - (moved_b - b);
  const double low_a = a - high_a, low_b = b - high_b;
  product = a * b;
  lost = ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b;
}

}  // namespace scatterfold::math

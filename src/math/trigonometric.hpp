// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"
#include "math/choose.hpp"
#include "math/exact_product.hpp"
#include "math/float_result.hpp"
#include "math/single_kernels.hpp"

/// sin, cos and tan, each also without the branch for large arguments, so that loops over it become SIMD code: named
/// `..._of_medium`, and right for what `is_medium`.
namespace scatterfold::math {

/// Whether an angle is small enough, or no number; 2^20 pi/2, rounded.
SCATTERFOLD_HD bool is_medium(double x) {
  const double size = magnitude(x);
  return !(size >= 0x1.921fbp+20) | !(size < infinity());
}

/// y, but x where that is so small that it is the answer, and NaN where it is infinite or NaN.
SCATTERFOLD_HD double small_or_special(double x, double y) {
  const double size = magnitude(x);
  return choose(size < infinity(), choose(size < 0x1p-27, x, y), canonical_nan());
}

SCATTERFOLD_HD double sin_of_medium(double x) {
  const ReducedAngle angle = reduce_medium(x);
  return small_or_special(x, sin_of_quadrant(angle.quadrant, angle.x, angle.y));
}
SCATTERFOLD_HD double cos_of_medium(double x) {
  const ReducedAngle angle = reduce_medium(x);
  return choose(magnitude(x) < infinity(), sin_of_quadrant(angle.quadrant + 1, angle.x, angle.y), canonical_nan());
}

SCATTERFOLD_HD float sin_of_medium(float x) {
  const ReducedSingle angle = reduce_single(x);
  return float_result(small_or_special(x, sin_single_of_quadrant(angle.quadrant, angle.x)));
}
SCATTERFOLD_HD float cos_of_medium(float x) {
  const ReducedSingle angle = reduce_single(x);
  const double y = sin_single_of_quadrant(angle.quadrant + 1, angle.x);
  return float_result(choose(magnitude(x) < infinity(), y, canonical_nan()));
}
SCATTERFOLD_HD float sin(float x) {
  if (is_medium(x)) return sin_of_medium(x);
  const ReducedAngle angle = reduce_large(x);
  return float_result(sin_single_of_quadrant(angle.quadrant, angle.x));
}
SCATTERFOLD_HD float cos(float x) {
  if (is_medium(x)) return cos_of_medium(x);
  const ReducedAngle angle = reduce_large(x);
  return float_result(sin_single_of_quadrant(angle.quadrant + 1, angle.x));
}

/// tan(quadrant * pi/2 + x + y) for a reduced angle: sine by cosine, or -cosine by sine, each as a sum of two, so that
/// little more than the last rounding is lost. Polynomials as in base/math.hpp (FDLIBM 5.3, k_sin.c and k_cos.c).
SCATTERFOLD_HD double tan_of_quadrant(Bits quadrant, double x, double y) {
  double z, z_lost;
  exact_product(x, x, z, z_lost);
  const double w = z * z;
  const double v = z * x;

  const double sin_series = 0x1.111111110f8a6p-7 + z * (-0x1.a01a019c161d5p-13 + z * 0x1.71de357b1fe7dp-19) +
                            z * w * (-0x1.ae5e68a2b9cebp-26 + z * 0x1.5d93a5acfd57cp-33);
  const double sin_rest = (z * (0.5 * y - v * sin_series) - y) + v * 0x1.5555555555549p-3;
  const double sine = x - sin_rest;
  const double sine_low = (x - sine) - sin_rest;

  const double cos_series = z * (0x1.555555555554cp-5 + z * (-0x1.6c16c16c15177p-10 + z * 0x1.a01a019cb159p-16)) +
                            w * w * (-0x1.27e4f809c52adp-22 + z * (0x1.1ee9ebdb4b1c4p-29 + z * -0x1.8fae9be8838d4p-37));
  const double half = 0.5 * z;
  const double head = 1.0 - half;
  const double cos_rest = ((1.0 - head) - half) + (z * cos_series - (x * y + 0.5 * z_lost));
  const double cosine = head + cos_rest;
  const double cosine_low = (head - cosine) + cos_rest;

  const bool odd = quadrant & 1;
  const double above = odd ? -cosine : sine, above_low = odd ? -cosine_low : sine_low;
  const double below = odd ? sine : cosine, below_low = odd ? sine_low : cosine_low;
  const double inverse = 1.0 / below;
  const double quotient = above * inverse;
  double product, lost;
  exact_product(quotient, below, product, lost);
  return quotient + (((above - product) - lost) + (above_low - quotient * below_low)) * inverse;
}

/// tan(x) for 2^-27 <= |x| < 2^20 pi/2.
SCATTERFOLD_HD double tan_in_range(double x) {
  const ReducedAngle angle = reduce_medium(x);
  return tan_of_quadrant(angle.quadrant, angle.x, angle.y);
}

SCATTERFOLD_HD double tan_of_medium(double x) { return small_or_special(x, tan_in_range(x)); }

/// Tangent of any number. Worst error against long double in 10^7 draws of each kind of argument: 0.88 ulp.
SCATTERFOLD_HD double tan(double x) {
  if (is_medium(x)) return tan_of_medium(x);
  const ReducedAngle angle = reduce_large(x);
  return tan_of_quadrant(angle.quadrant, angle.x, angle.y);
}

/// The same quotient of the short polynomials.
SCATTERFOLD_HD double tan_single_of_quadrant(Bits quadrant, double x) {
  const double sine = sin_single_kernel(x), cosine = cos_single_kernel(x);
  const bool odd = quadrant & 1;
  return choose(odd, -cosine, sine) / choose(odd, sine, cosine);
}
SCATTERFOLD_HD float tan_of_medium(float x) {
  const ReducedSingle angle = reduce_single(x);
  return float_result(small_or_special(x, tan_single_of_quadrant(angle.quadrant, angle.x)));
}
SCATTERFOLD_HD float tan(float x) {
  if (is_medium(x)) return tan_of_medium(x);
  const ReducedAngle angle = reduce_large(x);
  return float_result(tan_single_of_quadrant(angle.quadrant, angle.x));
}

}  // namespace scatterfold::math

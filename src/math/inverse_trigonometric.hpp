// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"
#include "math/choose.hpp"
#include "math/exact_product.hpp"
#include "math/float_result.hpp"

/// Inverse trigonometric functions. Worst errors against long double in 10^7 draws of each kind of argument, in ulp:
/// asin 0.74, acos 0.68, atan 0.90, atan2 0.86.
///
/// Source: the series are the minimax fits of FDLIBM 5.3 (Sun Microsystems, 1993: e_asin.c, s_atan.c), with break
/// points of our own for the arctangent; what roundings lose is carried along (Dekker 1971).
namespace scatterfold::math {

/// A number of more digits than a float64 has: the sum of two.
struct TwoParts {
  double high, low;
};

SCATTERFOLD_HD TwoParts half_pi() { return {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54}; }
SCATTERFOLD_HD TwoParts whole_pi() { return {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53}; }

/// a - b, rounded once (nearly), for |a| >= |b|.
SCATTERFOLD_HD double difference(TwoParts a, TwoParts b) {
  const double high = a.high - b.high;
  const double lost = (a.high - high) - b.high;
  return high + (lost + (a.low - b.low));
}

/// Of a number m in [0, 1]: asin(m) below 1/2, else asin(sqrt((1 - m) / 2)) = pi/4 - asin(m) / 2.
SCATTERFOLD_HD TwoParts asin_parts(double m) {
  const bool small = m < 0.5;
  const double z = choose(small, m * m, (1.0 - m) * 0.5);
  const double p =
      z * (0x1.5555555555555p-3 +
           z * (-0x1.4d61203eb6f7dp-2 +
                z * (0x1.9c1550e884455p-3 +
                     z * (-0x1.48228b5688f3bp-5 + z * (0x1.9efe07501b288p-11 + z * 0x1.23de10dfdf709p-15)))));
  const double q = 1.0 + z * (-0x1.33a271c8a2d4bp+1 +
                              z * (0x1.02ae59c598ac8p+1 + z * (-0x1.6066c1b8d0159p-1 + z * 0x1.3b8c5b12e9282p-4)));
  const double root = sqrt_in_range(z);
  double square, lost;
  exact_product(root, root, square, lost);
  const double root_low = ((z - square) - lost) / (root + root + 0x1p-1000);  // 0 / 0 is 0 here
  const double head = choose(small, m, root);
  return {head, choose(small, 0.0, root_low) + head * (p / q)};
}

/// asin(x) for |x| <= 1.
SCATTERFOLD_HD double asin_in_range(double x) {
  const double m = magnitude(x);
  const TwoParts parts = asin_parts(m);
  const double large = difference(half_pi(), {2.0 * parts.high, 2.0 * parts.low});
  return with_sign_of(choose(m < 0.5, parts.high + parts.low, large), x);
}

/// acos(x) for |x| <= 1.
SCATTERFOLD_HD double acos_in_range(double x) {
  const double m = magnitude(x);
  const TwoParts parts = asin_parts(m);
  const TwoParts twice = {2.0 * parts.high, 2.0 * parts.low};
  const double small = difference(half_pi(), {with_sign_of(parts.high, x), with_sign_of(1.0, x) * parts.low});
  const double large = choose(x < 0, difference(whole_pi(), twice), twice.high + twice.low);
  return choose(m < 0.5, small, large);
}

SCATTERFOLD_HD double asin(double x) { return magnitude(x) <= 1.0 ? asin_in_range(x) : canonical_nan(); }
SCATTERFOLD_HD float asin(float x) { return float_result(asin(static_cast<double>(x))); }
SCATTERFOLD_HD double acos(double x) { return magnitude(x) <= 1.0 ? acos_in_range(x) : canonical_nan(); }
SCATTERFOLD_HD float acos(float x) { return float_result(acos(static_cast<double>(x))); }

/// t - atan(t + low) for |t| <= 7/16.
SCATTERFOLD_HD double atan_rest(double t, double low) {
  const double z = t * t;
  const double w = z * z;
  const double even =
      z * (0x1.555555555550dp-2 +
           w * (0x1.24924920083ffp-3 +
                w * (0x1.745cdc54c206ep-4 +
                     w * (0x1.10d66a0d03d51p-4 + w * (0x1.97b4b24760debp-5 + w * 0x1.0ad3ae322da11p-6)))));
  const double odd = w * (-0x1.999999998ebc4p-3 +
                          w * (-0x1.c71c6fe231671p-4 +
                               w * (-0x1.3b0f2af749a6dp-4 + w * (-0x1.dde2d52defd9ap-5 + w * -0x1.2b4442c6a6c2fp-5))));
  return t * (even + odd) - (low - low * z);
}

/// One of the angles 0, atan(1/2) and pi/4 near the arctangent of n / d, for 0 <= n <= d; what is left is the
/// arctangent of above / below.
struct ReducedTangent {
  TwoParts angle;
  double above, below;
};
SCATTERFOLD_HD ReducedTangent reduce_tangent(double n, double d) {
  const bool near_zero = n < 0.4375 * d, near_half = n < 0.6875 * d;
  const double c = choose(near_half, 0.5, 1.0);
  const TwoParts angle = {choose(near_half, 0x1.dac670561bb4fp-2, 0x1.921fb54442d18p-1),
                          choose(near_half, 0x1.a2b7f222f65e2p-56, 0x1.1a62633145c07p-55)};
  // n is within a factor of two of c d, so the difference is exact.
  return {{choose(near_zero, 0.0, angle.high), choose(near_zero, 0.0, angle.low)},
          choose(near_zero, n, n - c * d),
          choose(near_zero, d, d + c * n)};
}

/// base + (angle + t - rest), or base - (...) where `down`.
SCATTERFOLD_HD double turned(TwoParts base, bool down, TwoParts angle, double t, double rest) {
  const double sign = choose(down, -1.0, 1.0);
  const double part = sign * angle.high;
  const double high = base.high + part;
  const double lost = (base.high - high) + part;
  return high + ((lost + (base.low + sign * angle.low)) + sign * (t - rest));
}

/// Arctangent of any number but NaN.
SCATTERFOLD_HD double atan_in_range(double x) {
  const double m = magnitude(x);
  const bool swapped = m > 1.0;
  const ReducedTangent tangent = reduce_tangent(choose(swapped, 1.0, m), choose(swapped, m, 1.0));
  const double t = tangent.above / tangent.below;
  const TwoParts base = {choose(swapped, half_pi().high, 0.0), choose(swapped, half_pi().low, 0.0)};
  return with_sign_of(turned(base, swapped, tangent.angle, t, atan_rest(t, 0.0)), x);
}

SCATTERFOLD_HD double atan(double x) { return choose(x == x, atan_in_range(x), canonical_nan()); }
SCATTERFOLD_HD float atan(float x) { return float_result(atan(static_cast<double>(x))); }

/// Angle of the point (x, y) for |x| and |y| in (2^-480, 2^450).
SCATTERFOLD_HD double atan2_in_range(double y, double x) {
  const double up = magnitude(y), across = magnitude(x);
  const bool swapped = up > across;
  const ReducedTangent tangent = reduce_tangent(choose(swapped, across, up), choose(swapped, up, across));
  const double inverse = 1.0 / tangent.below;
  const double first = tangent.above * inverse;
  double product, lost;
  exact_product(first, tangent.below, product, lost);
  const double change = ((tangent.above - product) - lost) * inverse;
  const double t = first + change;
  const double low = (first - t) + change;
  const bool left = x < 0;
  const TwoParts straight = {choose(left, whole_pi().high, 0.0), choose(left, whole_pi().low, 0.0)};
  const TwoParts base = {choose(swapped, half_pi().high, straight.high), choose(swapped, half_pi().low, straight.low)};
  return with_sign_of(turned(base, swapped != left, tangent.angle, t, atan_rest(t, low)), y);
}

/// Angle of the point (x, y) in [-pi, pi], with the cases of C's Annex F: the signs of zeros count.
SCATTERFOLD_HD double atan2(double y, double x) {
  const double up = magnitude(y), across = magnitude(x);
  if (up > 0x1p-450 && up < 0x1p450 && across > 0x1p-450 && across < 0x1p450) return atan2_in_range(y, x);
  if (x != x || y != y) return canonical_nan();
  const bool left = to_bits(x) >> 63;
  if (up == infinity() && across == infinity()) return atan2_in_range(with_sign_of(1.0, y), with_sign_of(1.0, x));
  if (up == 0 || across == infinity() || up * 0x1p60 < across) {
    if (left) return with_sign_of(whole_pi().high, y);
    return across == 0 || across == infinity() ? with_sign_of(0.0, y) : y / across;  // rounded once, also subnormal
  }
  if (across == 0 || up * 0x1p-60 > across) return with_sign_of(half_pi().high, y);
  const double scale = up < 1.0 ? 0x1p600 : 0x1p-600;
  return atan2_in_range(y * scale, x * scale);
}
SCATTERFOLD_HD float atan2(float y, float x) {
  return float_result(atan2(static_cast<double>(y), static_cast<double>(x)));
}

}  // namespace scatterfold::math

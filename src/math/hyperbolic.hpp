// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/math.hpp"
#include "math/choose.hpp"
#include "math/exponential.hpp"
#include "math/float_result.hpp"
#include "math/single.hpp"

/// Hyperbolic functions of float64 and float32. Without branches, so loops over them become SIMD code.
///
/// Worst errors against long double in 10^7 draws of each kind of argument, in ulp of the result: sinh 0.59, cosh 0.53,
/// tanh 0.57; of float32 0.5001. tests/math/hyperbolic_test.cpp holds them there.
///
/// Source: exp in two parts (exponential.hpp); sinh below 0.25 is Taylor's series, tanh below 0.25 the rational
/// function of Cody and Waite (1980) with the coefficients of Moshier's Cephes 2.8 (tanh.c).
namespace scatterfold::math {

/// A number as a float64 and what is missing from it, at most half a unit in its last place.
struct Extended {
  double head, tail;
};

/// 1 / x, good to about 2^-75 of it.
SCATTERFOLD_HD Extended inverse_of(Extended x) {
  const double inverse = 1.0 / x.head;
  const double a = head(inverse), b = inverse - a;
  const double c = head(x.head), d = (x.head - c) + x.tail;
  const double rest = ((1.0 - a * c) - (a * d + b * c)) - b * d;
  return {inverse, inverse * rest};
}

/// exp(x) and exp(-x) over 2^whole, for 0 <= x <= 712.
struct Exponentials {
  Bits whole;
  Extended rising, falling;
};
SCATTERFOLD_HD Exponentials exponentials(double x) {
  const ScaledSum power = exp_of_reduced(reduce_exponent(x));
  const double sum = power.head + power.tail;
  const Extended rising = {sum, power.tail - (sum - power.head)};
  const Extended inverse = inverse_of(rising);
  // From 2^-200 on the inverse is nothing beside the power itself.
  const Bits k = power.whole < 100 ? power.whole : 100;
  const double scale = from_bits((1023 - 2 * k) << 52);
  return {power.whole, rising, {inverse.head * scale, inverse.tail * scale}};
}

/// sinh(x) for 0 <= x <= 0.25.
SCATTERFOLD_HD double sinh_small(double x) {
  const double z = x * x;
  const double series =
      0x1.5555555555555p-3 +
      z * (0x1.1111111111111p-7 +
           z * (0x1.a01a01a01a01ap-13 +
                z * (0x1.71de3a556c734p-19 + z * (0x1.ae64567f544e4p-26 + z * 0x1.6124613a86d09p-33))));
  return x + x * (z * series);
}

/// sinh(x) for 0.25 <= x <= 712.
SCATTERFOLD_HD double sinh_large(double x) {
  const Exponentials e = exponentials(x);
  const double sum = e.rising.head - e.falling.head;
  const double lost = (e.rising.head - sum) - e.falling.head;
  return times_two_to(e.whole - 1, sum + (lost + (e.rising.tail - e.falling.tail)));
}

SCATTERFOLD_HD double sinh(double x) {
  const double a = magnitude(x);
  const double y = choose(a < 0.25, sinh_small(a), sinh_large(clamped(a, 0.25, 712.0)));
  return choose(x == x, with_sign_of(y, x), canonical_nan());
}

/// cosh(x) for 0 <= x <= 712.
SCATTERFOLD_HD double cosh_in_range(double x) {
  const Exponentials e = exponentials(x);
  const double sum = e.rising.head + e.falling.head;
  const double lost = (e.rising.head - sum) + e.falling.head;
  return times_two_to(e.whole - 1, sum + (lost + (e.rising.tail + e.falling.tail)));
}

SCATTERFOLD_HD double cosh(double x) {
  return choose(x == x, cosh_in_range(clamped(magnitude(x), 0.0, 712.0)), canonical_nan());
}

/// tanh(x) for 0 <= x <= 0.25.
SCATTERFOLD_HD double tanh_small(double x) {
  const double z = x * x;
  const double above = -0x1.93ac030580563p+10 + z * (-0x1.8d26a0e26682dp+6 + z * -0x1.edc5baafd6f4bp-1);
  const double below = 0x1.2ec102442040cp+12 + z * (0x1.176fa0e5535fap+11 + z * (0x1.c33f28a581b86p+6 + z));
  return x + x * (z * (above / below));
}

/// tanh(x) = 1 - 2 / (exp(2x) + 1) for 0.25 <= x <= 20.
SCATTERFOLD_HD double tanh_large(double x) {
  const ScaledSum power = exp_of_reduced(reduce_exponent(2.0 * x));
  const double scale = from_bits((power.whole + 1023) << 52);
  double sum, lost;
  exact_sum(power.head * scale, 1.0, sum, lost);
  const double tail = lost + power.tail * scale;
  const double whole = sum + tail;
  const Extended inverse = inverse_of({whole, tail - (whole - sum)});
  const double y = 1.0 - 2.0 * inverse.head;
  return y + (((1.0 - y) - 2.0 * inverse.head) - 2.0 * inverse.tail);
}

SCATTERFOLD_HD double tanh(double x) {
  const double a = magnitude(x);
  const double y = choose(a < 0.25, tanh_small(a), tanh_large(clamped(a, 0.25, 20.0)));
  return choose(x == x, with_sign_of(y, x), canonical_nan());
}

SCATTERFOLD_HD float sinh(Single auto x) { return float_result(sinh(static_cast<double>(x))); }
SCATTERFOLD_HD float cosh(Single auto x) { return float_result(cosh(static_cast<double>(x))); }
SCATTERFOLD_HD float tanh(Single auto x) { return float_result(tanh(static_cast<double>(x))); }

}  // namespace scatterfold::math

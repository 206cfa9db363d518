// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/math.hpp"
#include "math/choose.hpp"
#include "math/float_result.hpp"
#include "math/single.hpp"
#include "math/single_kernels.hpp"

/// Exponential functions of float64 and float32; exp of float64 is base/math.hpp's. Without branches, so loops over
/// them become SIMD code.
///
/// Worst errors against long double in 10^7 draws of each kind of argument, in ulp of the result: exp2 0.54 (subnormal
/// results 0.76), expm1 0.71; of float32 0.5001. tests/math/exponential_test.cpp holds them there.
///
/// Source: the polynomial is FDLIBM 5.3's (Sun Microsystems, 1993: e_exp.c); what the first sums lose is kept
/// after Knuth, as in Dekker, Numerische Mathematik 18 (1971).
namespace scatterfold::math {

/// The first 26 bits of x: two of them multiply exactly.
SCATTERFOLD_HD double head(double x) { return from_bits(to_bits(x) & 0xfffffffff8000000ull); }

/// exp(r) - 1 - r - r^2 / 2 for |r| <= 0.35, below 0.008.
SCATTERFOLD_HD double exp_beyond_square(double r) {
  // 1 + 2 r / (2 - c), see exp_polynomial, less the first three terms.
  const double z = r * r;
  const double p = exp_polynomial(z);
  return z * r * (1.0 - (2.0 + r) * p) / (4.0 - 2.0 * (r - z * p));
}

/// An exponent as whole * ln 2 + (high + low), |high + low| <= ln(2) / 2 or a little more.
struct ReducedExponent {
  Bits whole;
  double high, low;
};

/// x in [-746, 712] as an exponent of e.
SCATTERFOLD_HD ReducedExponent reduce_exponent(double x) {
  const double shifted = x * 0x1.71547652b82fep+0 + round_shift;
  const double k = shifted - round_shift;
  // The high part of ln 2 has 21 trailing zeros, so k times it is exact.
  return {to_bits(shifted) - to_bits(round_shift), x - k * 0x1.62e42feep-1, k * -0x1.a39ef35793c76p-33};
}

/// x + y with |x| <= 1100 and |y| < 2^-10 as an exponent of 2.
SCATTERFOLD_HD ReducedExponent reduce_exponent_of_two(double x, double y) {
  const double shifted = x + round_shift;
  const double rest = x - (shifted - round_shift);
  const double r = head(rest + y);
  const double high = r * 0x1.62e42f8p-1;
  const double low = r * 0x1.be8e7bcd5e4f2p-27 + (y - (r - rest)) * 0x1.62e42fefa39efp-1;
  return {to_bits(shifted) - to_bits(round_shift), high, low};
}

/// 2^whole * (head + tail), |tail| < 0.01.
struct ScaledSum {
  Bits whole;
  double head, tail;
};

/// start + (exp(x) - 1) over 2^whole; the sum is good to about 2^-58 (of x where start is 0 and x small).
SCATTERFOLD_HD ScaledSum exp_from(double start, ReducedExponent x) {
  const double r = x.high + x.low;
  const double first = head(r);
  const double second = (x.high - first) + x.low;
  double linear, square, lost, lost_too;
  exact_sum(start, x.high, linear, lost);
  exact_sum(linear, 0.5 * first * first, square, lost_too);
  return {x.whole, square, exp_beyond_square(r) + ((second * (first + 0.5 * second) + x.low) + (lost + lost_too))};
}

SCATTERFOLD_HD ScaledSum exp_of_reduced(ReducedExponent x) { return exp_from(1.0, x); }

/// 2^(x + y) for |x| <= 1100 and |y| < 2^-10; infinite from 1024 on, 0 at -1075 and below.
SCATTERFOLD_HD double exp2_in_range(double x, double y = 0) {
  const ScaledSum power = exp_of_reduced(reduce_exponent_of_two(x, y));
  return times_two_to(power.whole, power.head + power.tail);
}

SCATTERFOLD_HD double exp2(double x) {
  return choose(x == x, exp2_in_range(clamped(x, -1100.0, 1100.0)), canonical_nan());
}

/// exp(x) - 1 for -40 <= x <= 710; the sign of a zero result is the caller's.
SCATTERFOLD_HD double expm1_in_range(double x) {
  const ReducedExponent reduced = reduce_exponent(x);
  // 2^k ((1 - 2^-k) + (exp(r) - 1)); from 2^-60 on the second term is nothing beside the first.
  const double inverse = choose(x < 42.0, from_bits((1023 - reduced.whole) << 52), 0.0);
  const double start = 1.0 - inverse;
  const ScaledSum power = exp_from(start, reduced);
  return times_two_to(power.whole, power.head + (power.tail + ((1.0 - start) - inverse)));
}

/// exp(x) - 1.
SCATTERFOLD_HD double expm1(double x) {
  return choose(x == x, with_sign_of(expm1_in_range(clamped(x, -40.0, 710.0)), x), canonical_nan());
}

SCATTERFOLD_HD float exp(Single auto x) {
  const double wide = x;  // beyond 200 float32 knows 0 and infinity only
  return float_result(choose(wide == wide, exp_single_in_range(clamped(wide, -200.0, 200.0)), canonical_nan()));
}
SCATTERFOLD_HD float exp2(Single auto x) { return float_result(exp2(static_cast<double>(x))); }
SCATTERFOLD_HD float expm1(Single auto x) { return float_result(expm1(static_cast<double>(x))); }

}  // namespace scatterfold::math

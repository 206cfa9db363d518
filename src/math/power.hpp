// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/math.hpp"
#include "math/choose.hpp"
#include "math/exponential.hpp"
#include "math/float_result.hpp"
#include "math/single.hpp"

/// Powers and roots of float64 and float32. Without branches, so loops over them become SIMD code; those over hypot
/// only where square roots need not set errno (-fno-math-errno).
///
/// Worst errors in 10^7 draws of each kind of argument, in ulp of the result: pow 0.64, cbrt 0.67, hypot 0.5001
/// (subnormal results of pow 0.79, of hypot 0.75); of float32 0.5001. tests/math/power_test.cpp holds them there.
///
/// Source: the logarithm in two parts follows FDLIBM 5.3 (Sun Microsystems, 1993: e_pow.c) with 26 bits in the first
/// parts; cbrt's polynomial is FreeBSD's (s_cbrt.c); hypot as in Borges, ACM TOMS 47 (2020), with Dekker's products in
/// place of fused ones.
namespace scatterfold::math {

/// A number as high + low, the first of 26 bits.
struct SplitNumber {
  double high, low;
};

/// log2(x / 2^shift) of a positive, finite, normal number, good to about 2^-68 of it.
SCATTERFOLD_HD SplitNumber log2_in_two_parts(double x, Bits shift = 0) {
  // x = 2^n m with m in [sqrt(3)/2, sqrt(3)), and m near 1 or 3/2: within a factor of sqrt(3/2) or less.
  constexpr Bits middle = 0x3febb67ae8584caaull;
  const Bits moved = to_bits(x) + (0x3ff0000000000000ull - middle);
  const double n = whole_to_double((moved >> 52) - 1023 - shift);
  const double m = from_bits((moved & 0x000fffffffffffffull) + middle);
  const bool above = m >= 0x1.3988e1409212ep+0;
  const double near = choose(above, 1.5, 1.0);

  // s = (m - near) / (m + near) = s_head + s_tail, the divisor in two parts too
  const double difference = m - near;
  const double sum_head = head(m + near);
  const double sum_tail = m - (sum_head - near);
  const double inverse = 1.0 / (m + near);
  const double s = difference * inverse;
  const double s_head = head(s);
  const double s_tail = inverse * ((difference - s_head * sum_head) - s_head * sum_tail);

  // log(m / near) = 2/3 s (3 + s^2 + s^4 (...))
  const double z = s * s;
  const double square = s_head * s_head;  // exact
  const double rest =
      z * z *
          (0x1.3333333333303p-1 +
           z * (0x1.b6db6db6fabffp-2 +
                z * (0x1.55555518f264dp-2 +
                     z * (0x1.17460a91d4101p-2 + z * (0x1.d864a93c9db65p-3 + z * 0x1.a7e284a454eefp-3))))) +
      s_tail * (s_head + s);
  const double factor_head = head(3.0 + square + rest);
  const double factor_tail = rest - ((factor_head - 3.0) - square);
  const double product = s_head * factor_head;  // exact
  const double product_tail = s_tail * factor_head + factor_tail * s;
  const double p_head = head(product + product_tail);
  const double p_tail = product_tail - (p_head - product);

  // times 2 / (3 ln 2), plus log2(near), plus n
  const double high = p_head * 0x1.ec709d8p-1;
  const double low =
      p_head * 0x1.0e80ff5d27f05p-27 + p_tail * 0x1.ec709dc3a03fdp-1 + choose(above, 0x1.cfdeb43cfd006p-27, 0.0);
  const double near_high = choose(above, 0x1.2b8034p-1, 0.0);
  const double result = head(((high + low) + near_high) + n);
  return {result, low - (((result - n) - near_high) - high)};
}

/// (x / 2^shift)^y for a positive, finite, normal x and |y| <= 2^64.
SCATTERFOLD_HD double pow_in_range(double x, double y, Bits shift = 0) {
  const SplitNumber log = log2_in_two_parts(x, shift);
  const double y_head = head(y);
  const double high = y_head * log.high;  // exact
  const double low = (y - y_head) * log.high + y * log.low;
  // Beyond 1100 the result is infinite or 0 whatever comes after it.
  const bool inside = magnitude(high) < 1100.0;
  return exp2_in_range(choose(inside, high, with_sign_of(1100.0, high)), choose(inside, low, 0.0));
}

/// All ones where y is a whole number, or infinite; else 0.
SCATTERFOLD_HD Bits whole_mask(double y) {
  const double a = magnitude(y);
  const Bits unchanged = 0 - static_cast<Bits>((a + 0x1p52) - 0x1p52 == a);  // below 2^52 the sum drops the fraction
  return unchanged | (0 - static_cast<Bits>(a >= 0x1p52));
}

/// The sign bit alone where y is an odd whole number; else 0.
SCATTERFOLD_HD Bits odd_sign(double y) {
  const double a = magnitude(y);
  const Bits last = to_bits(choose(a < 0x1p52, a + 0x1p52, a)) << 63;
  return last & whole_mask(y) & (0 - static_cast<Bits>(a < 0x1p53));
}

/// x^y, with all special cases of C's Annex F: 1 where x is 1 or y is 0, even if the other is NaN.
SCATTERFOLD_HD double pow(double x, double y) {
  const double a = magnitude(x);
  const bool small = a < 0x1p-1022;
  // Only the numbers next to 1 need exponents near 2^63, and then the result is infinite or 0.
  double power = pow_in_range(choose(small, a * 0x1p54, a), clamped(y, -0x1p64, 0x1p64), small ? 54 : 0);
  power = choose(a < infinity(), power, choose(y > 0, infinity(), 0.0));
  power = choose(a > 0, power, choose(y > 0, 0.0, infinity()));

  power = from_bits(to_bits(power) | (to_bits(x) & odd_sign(y)));
  // A number below 0 to a broken power.
  const Bits broken = ~whole_mask(y) & (0 - static_cast<Bits>(x < 0));
  power = choose(a < infinity(), from_bits((to_bits(power) & ~broken) | (to_bits(canonical_nan()) & broken)), power);
  power = choose(x == x, choose(y == y, power, canonical_nan()), canonical_nan());
  return choose(x == 1.0, 1.0, choose(y == 0.0, 1.0, power));
}

/// The cube root of a positive, finite, normal number.
SCATTERFOLD_HD double cbrt_in_range(double x) {
  // A third of the exponent and of the leading bits of the mantissa: 5 bits. The division by 3 is exact for 32 bits.
  const double guess = from_bits((((to_bits(x) >> 32) * 0xaaaaaaabull >> 33) + 0x2a9f7893ull) << 32);
  const double r = guess * guess * (guess / x);
  const double better = guess * ((0x1.e03e60f61e692p+0 + r * (-0x1.e28e092f02420p+0 + r * 0x1.9f1604a49d6c2p+0)) +
                                 r * r * r * (-0x1.844cbbee751d9p-1 + r * 0x1.2b000d4e4edd7p-3));
  // 23 bits, rounded up, so that the square is exact; then a step of Newton's.
  const double t = from_bits((to_bits(better) + 0x80000000ull) & 0xffffffffc0000000ull);
  const double quotient = x / (t * t);
  return t + t * ((quotient - t) / (t + t + quotient));
}

/// The cube root of any number.
SCATTERFOLD_HD double cbrt(double x) {
  const double a = magnitude(x);
  const bool small = a < 0x1p-1022;
  const double root = cbrt_in_range(choose(small, a * 0x1p54, a)) * choose(small, 0x1p-18, 1.0);
  const double y = choose(a > 0, choose(a < infinity(), with_sign_of(root, x), x), x);
  return choose(x == x, y, canonical_nan());
}

/// a^2 as high + low, all but the last bit of it.
SCATTERFOLD_HD SplitNumber square_in_two_parts(double a) {
  const double square = a * a;
  const double first = head(a);
  const double second = a - first;
  return {square, ((first * first - square) + 2.0 * first * second) + second * second};
}

/// sqrt(x^2 + y^2) for 2^-474 <= x < 2^500, 0 <= y <= x.
SCATTERFOLD_HD double hypot_in_range(double x, double y) {
  const SplitNumber a = square_in_two_parts(x);
  const SplitNumber b = square_in_two_parts(y);
  const double root = sqrt_in_range(a.high + b.high);
  const SplitNumber c = square_in_two_parts(root);
  const double missing = ((a.high - c.high) + b.high) + ((a.low + b.low) - c.low);
  return root + missing / (root + root);
}

/// sqrt(x^2 + y^2) without overflow or underflow in between; infinite if either is, even if the other is NaN.
SCATTERFOLD_HD double hypot(double x, double y) {
  const double a = magnitude(x), b = magnitude(y);
  const double larger = choose(a > b, a, b);
  const double smaller = choose(a > b, b, a);
  const bool high = larger >= 0x1p500, low = larger < 0x1p-450;
  const double down = choose(high, 0x1p-600, choose(low, 0x1p600, 1.0));
  const double up = choose(high, 0x1p600, choose(low, 0x1p-600, 1.0));
  double root = hypot_in_range(larger * down, smaller * down) * up;
  root = choose(larger > 0, root, 0.0);
  root = choose(x == x, choose(y == y, root, canonical_nan()), canonical_nan());
  return choose(a == infinity(), infinity(), choose(b == infinity(), infinity(), root));
}

SCATTERFOLD_HD float pow(Single auto x, Single auto y) {
  return float_result(pow(static_cast<double>(x), static_cast<double>(y)));
}
SCATTERFOLD_HD float cbrt(Single auto x) { return float_result(cbrt(static_cast<double>(x))); }
SCATTERFOLD_HD float hypot(Single auto x, Single auto y) {
  return float_result(hypot(static_cast<double>(x), static_cast<double>(y)));
}

}  // namespace scatterfold::math

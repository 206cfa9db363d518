// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"

/// Elementary functions of float64 with the same bits on every processor. Only + - * /, integer operations and bit
/// casts are used, no fused multiply-add and no libm (glibc's own differ with and without FMA), so the host and the GPU
/// agree as long as contraction is off on both sides. A NaN result is always the one canonical NaN.
///
/// Worst errors against long double in 3 * 10^7 draws of each kind of argument, in ulp of the result: log 0.86, exp
/// 0.90, sin and cos 0.79, sin_pi and cos_pi 0.80; sqrt is correctly rounded. tests/base/math_test.cpp holds them
/// there.
///
/// Functions named `..._in_range` have no branch, so loops over them become SIMD code; the others call them and treat
/// what lies outside. Nothing is included from the standard library: the run-time compiler takes this file as it is.
///
/// Source: the polynomials are the minimax fits published in FDLIBM 5.3 (Sun Microsystems, 1993: e_log.c, e_exp.c,
/// k_sin.c, k_cos.c); reduction after Cody and Waite (1980) and Payne and Hanek, SIGNUM 18 (1983).
namespace scatterfold::math {

using Bits = unsigned long long;
static_assert(sizeof(Bits) == 8 && sizeof(double) == 8);

SCATTERFOLD_HD Bits to_bits(double x) { return __builtin_bit_cast(Bits, x); }
SCATTERFOLD_HD double from_bits(Bits bits) { return __builtin_bit_cast(double, bits); }
SCATTERFOLD_HD double canonical_nan() { return from_bits(0x7ff8000000000000ull); }
SCATTERFOLD_HD double infinity() { return from_bits(0x7ff0000000000000ull); }
SCATTERFOLD_HD double magnitude(double x) { return from_bits(to_bits(x) & 0x7fffffffffffffffull); }
SCATTERFOLD_HD double with_sign_of(double x, double sign) {
  return from_bits((to_bits(x) & 0x7fffffffffffffffull) | (to_bits(sign) & 0x8000000000000000ull));
}

/// Adding it pushes the fraction out of the last place: what is left is the nearest integer (ties to even), in the low
/// bits of the sum. For |x| < 2^51.
inline constexpr double round_shift = 0x1.8p52;

/// The whole number that the low bits of (x + round_shift) hold, as float64. For |k| < 2^51, without a conversion
/// instruction (AVX2 has none for 64 bits).
SCATTERFOLD_HD double whole_to_double(Bits k) { return from_bits(to_bits(round_shift) + k) - round_shift; }

/// `x` in [0, 2^53) as float64, exactly.
SCATTERFOLD_HD double bits53_to_double(Bits x) {
  const double high = from_bits(0x4330000000000000ull | (x >> 27)) - 0x1p52;
  const double low = from_bits(0x4330000000000000ull | (x & 0x7ffffff)) - 0x1p52;
  return high * 0x1p27 + low;
}

/// Square root, correctly rounded by the hardware on both sides, of a number that is not negative.
SCATTERFOLD_HD double sqrt_in_range(double x) {
#ifdef __CUDA_ARCH__
  return __dsqrt_rn(x);
#else
  return __builtin_sqrt(x);
#endif
}

SCATTERFOLD_HD double sqrt(double x) { return x >= 0 ? sqrt_in_range(x) : canonical_nan(); }

/// log(x / 2^shift) = exponent * ln 2 + f - half_square + rest, 1 + f in [sqrt(1/2), sqrt(2)).
struct LogTerms {
  double exponent, f, half_square, rest;
};

/// Of a positive, finite, normal number.
SCATTERFOLD_HD LogTerms log_terms(double x, Bits shift = 0) {
  constexpr Bits middle = 0x3fe6a09e667f3bcdull;  // sqrt(1/2)
  const Bits moved = to_bits(x) + (0x3ff0000000000000ull - middle);
  const double f = from_bits((moved & 0x000fffffffffffffull) + middle) - 1.0;

  // log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)), s = f / (2 + f)
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double even = w * (0x1.999999997fa04p-2 + w * (0x1.c71c51d8e78afp-3 + w * 0x1.39a09d078c69fp-3));
  const double odd =
      z * (0x1.5555555555593p-1 + w * (0x1.2492494229359p-2 + w * (0x1.7466496cb03dep-3 + w * 0x1.2f112df3e5244p-3)));
  const double half_square = 0.5 * f * f;
  return {whole_to_double((moved >> 52) - 1023 - shift), f, half_square, s * (half_square + (odd + even))};
}

/// log(x / 2^shift) of a positive, finite, normal number.
SCATTERFOLD_HD double log_in_range(double x, Bits shift = 0) {
  const LogTerms terms = log_terms(x, shift);
  // The high part of ln 2 has 21 trailing zeros, so the exponent times it is exact.
  const double low = terms.exponent * 0x1.a39ef35793c76p-33;
  return terms.exponent * 0x1.62e42feep-1 - ((terms.half_square - (terms.rest + low)) - terms.f);
}

SCATTERFOLD_HD double log(double x) {
  if (!(x > 0)) return x == 0 ? -infinity() : canonical_nan();
  if (x == infinity()) return x;
  const bool small = x < 0x1p-1022;
  return log_in_range(small ? x * 0x1p54 : x, small ? 54 : 0);
}

/// y * 2^k for |k| <= 2044, in two factors, so that subnormal results are rounded once and nothing overflows early.
SCATTERFOLD_HD double times_two_to(Bits k, double y) {
  const Bits first = (k + 2048) / 2 - 1024;
  return y * from_bits((first + 1023) << 52) * from_bits((k - first + 1023) << 52);
}

/// p in exp(r) = 1 + 2 r / (2 - c), c = r - z p, of z = r^2 and |r| <= ln(2) / 2 or a little more.
SCATTERFOLD_HD double exp_polynomial(double z) {
  return 0x1.555555555553ep-3 +
         z * (-0x1.6c16c16bebd93p-9 +
              z * (0x1.1566aaf25de2cp-14 + z * (-0x1.bbd41c5d26bf1p-20 + z * 0x1.6376972bea4dp-25)));
}

/// exp(x) for -745.14 < x < 709.79.
SCATTERFOLD_HD double exp_in_range(double x) {
  const double shifted = x * 0x1.71547652b82fep+0 + round_shift;
  const double k = shifted - round_shift;
  const double high = x - k * 0x1.62e42feep-1;
  const double low = k * 0x1.a39ef35793c76p-33;
  const double r = high - low;
  const double z = r * r;
  const double c = r - z * exp_polynomial(z);
  const double y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
  return times_two_to(to_bits(shifted) - to_bits(round_shift), y);
}

SCATTERFOLD_HD double exp(double x) {
  if (x != x) return canonical_nan();
  if (x > 0x1.62e42fefa39efp+9) return infinity();
  if (x < -0x1.74910d52d3051p+9) return 0.0;
  return exp_in_range(x);
}

/// sin(x + y) for |x| <= pi/4 and a tail y.
SCATTERFOLD_HD double sin_kernel(double x, double y) {
  const double z = x * x;
  const double w = z * z;
  const double r = 0x1.111111110f8a6p-7 + z * (-0x1.a01a019c161d5p-13 + z * 0x1.71de357b1fe7dp-19) +
                   z * w * (-0x1.ae5e68a2b9cebp-26 + z * 0x1.5d93a5acfd57cp-33);
  const double v = z * x;
  return x - ((z * (0.5 * y - v * r) - y) + v * 0x1.5555555555549p-3);
}

/// cos(x + y) for |x| <= pi/4 and a tail y.
SCATTERFOLD_HD double cos_kernel(double x, double y) {
  const double z = x * x;
  const double w = z * z;
  const double r = z * (0x1.555555555554cp-5 + z * (-0x1.6c16c16c15177p-10 + z * 0x1.a01a019cb159p-16)) +
                   w * w * (-0x1.27e4f809c52adp-22 + z * (0x1.1ee9ebdb4b1c4p-29 + z * -0x1.8fae9be8838d4p-37));
  const double half = 0.5 * z;
  const double head = 1.0 - half;
  return head + (((1.0 - head) - half) + (z * r - x * y));
}

/// sin(quadrant * pi/2 + x + y): one of the two kernels with a sign, chosen by masks instead of branches.
SCATTERFOLD_HD double sin_of_quadrant(Bits quadrant, double x, double y) {
  const Bits odd = 0 - (quadrant & 1);
  const Bits chosen = (to_bits(sin_kernel(x, y)) & ~odd) | (to_bits(cos_kernel(x, y)) & odd);
  return from_bits(chosen ^ ((quadrant & 2) << 62));
}

/// An angle as quadrant * pi/2 + (x + y), |x + y| <= pi/4 or a little more.
struct ReducedAngle {
  Bits quadrant;
  double x, y;
};

/// a + b and what its rounding lost, exactly (Knuth).
SCATTERFOLD_HD void exact_sum(double a, double b, double& sum, double& lost) {
  sum = a + b;
  const double part = sum - a;
  lost = (a - (sum - part)) + (b - part);
}

/// For |x| < 2^20 pi/2: pi/2 in three pieces of 33 bits, whose products with the quadrant are exact, and a tail.
SCATTERFOLD_HD ReducedAngle reduce_medium(double x) {
  const double shifted = x * 0x1.45f306dc9c883p-1 + round_shift;
  const double n = shifted - round_shift;
  double high, low, lost;
  exact_sum(x - n * 0x1.921fb544p+0, -(n * 0x1.0b4611a6p-34), high, low);
  exact_sum(high, -(n * 0x1.3198a2ep-69), high, lost);
  low += lost - n * 0x1.b839a252049c1p-104;
  const double sum = high + low;
  return {to_bits(shifted) & 3, sum, (high - sum) + low};
}

/// For finite |x| >= 2^20: the product with 2/pi in whole numbers, exact as far as 160 bits behind the point.
SCATTERFOLD_HD ReducedAngle reduce_large(double x) {
  // The first 1408 bits of 2/pi, enough for the largest float64.
  static constexpr unsigned two_over_pi[44] = {
      0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu, 0xdebbc561u,
      0xb7246e3au, 0x424dd2e0u, 0x06492eeau, 0x09d1921cu, 0xfe1deb1cu, 0xb129a73eu, 0xe88235f5u, 0x2ebb4484u,
      0xe99c7026u, 0xb45f7e41u, 0x3991d639u, 0x835339f4u, 0x9c845f8bu, 0xbdf9283bu, 0x1ff897ffu, 0xde05980fu,
      0xef2f118bu, 0x5a0a6d1fu, 0x6d367ecfu, 0x27cb09b7u, 0x4f463f66u, 0x9e5fea2du, 0x7527bac7u, 0xebe5f17bu,
      0x3d0739f7u, 0x8a5292eau, 0x6bfb5fb1u, 0x1f8d5d08u, 0x56033046u, 0xfc7b6babu, 0xf0cfbc20u, 0x9af4361du,
      0xa9e39161u, 0x5ee61b08u, 0x6599855fu, 0x14a06840u};
  const Bits bits = to_bits(x);
  const int exponent = static_cast<int>((bits >> 52) & 0x7ff) - 1075;
  const Bits mantissa = (bits & 0x000fffffffffffffull) | 0x0010000000000000ull;

  // Words of 2/pi whose product is a multiple of 4 (whole turns) are left out.
  const int first = exponent < 34 ? 0 : (exponent - 2) / 32;
  unsigned product[11] = {};
  for (int half = 0; half < 2; ++half) {
    const Bits factor = half == 0 ? mantissa & 0xffffffffu : mantissa >> 32;
    Bits carry = 0;
    for (int i = 0; i < 8; ++i) {
      carry += factor * two_over_pi[first + 7 - i] + product[i + half];
      product[i + half] = static_cast<unsigned>(carry);
      carry >>= 32;
    }
    product[8 + half] = static_cast<unsigned>(carry);
  }
  const int point = 32 * (first + 8) - exponent;  // position of the binary point in the product
  const auto word_at = [&](int position) {
    const Bits both = product[position / 32] | static_cast<Bits>(product[position / 32 + 1]) << 32;
    return static_cast<unsigned>(both >> (position % 32));
  };
  Bits quadrant = word_at(point) & 3;
  unsigned fraction[6] = {};
  for (int i = 0; i < 5; ++i) fraction[i] = word_at(point - 32 * (i + 1));
  const bool above_half = fraction[0] >> 31;
  if (above_half) {  // the next quadrant, and back
    ++quadrant;
    Bits carry = 1;
    for (int i = 4; i >= 0; --i) {
      carry += static_cast<unsigned>(~fraction[i]);
      fraction[i] = static_cast<unsigned>(carry);
      carry >>= 32;
    }
  }
  int zeros = 0;
  while (zeros < 96 && !(fraction[zeros / 32] >> (31 - zeros % 32) & 1)) ++zeros;
  // Three pieces of 27 bits, times pi/2 in pieces of 26, 26 and 53: the leading products are exact.
  const auto piece_at = [&](int position) {
    const Bits both = static_cast<Bits>(fraction[position / 32]) << 32 | fraction[position / 32 + 1];
    return static_cast<double>(static_cast<unsigned>(both << (position % 32) >> 37));
  };
  const double a = piece_at(zeros) * 0x1p-27, b = piece_at(zeros + 27) * 0x1p-54, c = piece_at(zeros + 54) * 0x1p-81;
  const double head = a * 0x1.921fb5p+0;
  const double tail =
      (a * 0x1.110b46p-26 + b * 0x1.921fb5p+0) + (a * 0x1.1a62633145c06p-54 + b * 0x1.110b46p-26 + c * 0x1.921fb5p+0);
  const double scale = from_bits(static_cast<Bits>(1023 - zeros) << 52);
  const double sum = head + tail;
  const double sign = above_half != static_cast<bool>(bits >> 63) ? -scale : scale;
  if (bits >> 63) quadrant = 0 - quadrant;
  return {quadrant & 3, sum * sign, ((head - sum) + tail) * sign};
}

/// Sine of x + turns * pi/2.
SCATTERFOLD_HD double sin_shifted(double x, Bits turns) {
  if (!(magnitude(x) < infinity())) return canonical_nan();
  const ReducedAngle angle = magnitude(x) < 0x1.921fbp+20 ? reduce_medium(x) : reduce_large(x);
  return sin_of_quadrant(angle.quadrant + turns, angle.x, angle.y);
}

SCATTERFOLD_HD double sin(double x) { return magnitude(x) < 0x1p-27 ? x : sin_shifted(x, 0); }
SCATTERFOLD_HD double cos(double x) { return sin_shifted(x, 1); }

/// x * pi as a sum of two: 25 bits of each factor multiply exactly.
SCATTERFOLD_HD void times_pi(double x, double& sum, double& lost) {
  const double head = from_bits(to_bits(x) & 0xfffffffff8000000ull);
  const double product = head * 0x1.921fb5p+1;
  const double tail = (x - head) * 0x1.921fb5p+1 + x * 0x1.110b4611a6263p-25;
  sum = product + tail;
  lost = (product - sum) + tail;
}

/// sin(pi * (x + turns / 2)) for |x| <= 2^49; the sign of a zero result and |x| < 2^-400 are the caller's.
/// Reduction by halves is exact, so sin_pi(1) is 0 and cos_pi(0.5) is 0.
SCATTERFOLD_HD double sin_pi_in_range(double x, Bits turns) {
  const double shifted = 2.0 * x + round_shift;
  const double rest = x - 0.5 * (shifted - round_shift);
  double angle, lost;
  times_pi(rest, angle, lost);
  return sin_of_quadrant(to_bits(shifted) + turns, angle, lost);
}

/// The same angle in [-2, 2], for |x| of any finite size.
SCATTERFOLD_HD double without_turns(double x) {
  if (magnitude(x) < 0x1p49) return x;
  if (magnitude(x) >= 0x1p53) return 0.0;  // even
  return x - 2.0 * static_cast<double>(static_cast<long long>(x * 0.5));
}

/// sin(pi * x).
SCATTERFOLD_HD double sin_pi(double x) {
  if (!(magnitude(x) < infinity())) return canonical_nan();
  if (magnitude(x) < 0x1p-400) {  // scaled, so that the parts of the product do not vanish
    double angle, lost;
    times_pi(x * 0x1p600, angle, lost);
    return angle * 0x1p-600;
  }
  const double y = sin_pi_in_range(without_turns(x), 0);
  return y == 0 ? with_sign_of(y, x) : y;
}

/// cos(pi * x).
SCATTERFOLD_HD double cos_pi(double x) {
  if (!(magnitude(x) < infinity())) return canonical_nan();
  const double y = sin_pi_in_range(without_turns(x), 1);
  return y == 0 ? 0.0 : y;
}

}  // namespace scatterfold::math

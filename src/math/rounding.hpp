// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"
#include "math/choose.hpp"
#include "math/float_result.hpp"

/// Rounding, remainder, smaller and larger, fused multiply-add and square root: exact or correctly rounded, so the only
/// thing to define is what NaN and the zeros give. A NaN result is the canonical one, also where an instruction would
/// pass a payload on. Without branches but for fmod.
namespace scatterfold::math {

SCATTERFOLD_HD double fabs(double x) { return choose(x == x, magnitude(x), canonical_nan()); }
SCATTERFOLD_HD float fabs(float x) { return float_result(magnitude(x)); }

/// Whole number nearest to `x` >= 0, ties to even, for x < 2^52; from there on all are whole.
SCATTERFOLD_HD double nearest_whole(double x) { return (x + 0x1p52) - 0x1p52; }

/// `whole` with the sign of `x`, or `x` itself where it has no fraction, or NaN.
SCATTERFOLD_HD double whole_or_itself(double whole, double x) {
  const double y = choose(magnitude(x) < 0x1p52, with_sign_of(whole, x), x);
  return choose(x == x, y, canonical_nan());
}

/// Towards zero.
SCATTERFOLD_HD double trunc(double x) {
  const double size = magnitude(x);
  const double near = nearest_whole(size);
  return whole_or_itself(near - choose(near > size, 1.0, 0.0), x);
}
SCATTERFOLD_HD float trunc(float x) { return float_result(trunc(static_cast<double>(x))); }

/// Largest whole number that is not above x.
SCATTERFOLD_HD double floor(double x) {
  const double near = with_sign_of(nearest_whole(magnitude(x)), x);
  return whole_or_itself(choose(near > x, near - 1.0, near), x);
}
SCATTERFOLD_HD float floor(float x) { return float_result(floor(static_cast<double>(x))); }

/// Smallest whole number that is not below x.
SCATTERFOLD_HD double ceil(double x) {
  const double near = with_sign_of(nearest_whole(magnitude(x)), x);
  return whole_or_itself(choose(near < x, near + 1.0, near), x);
}
SCATTERFOLD_HD float ceil(float x) { return float_result(ceil(static_cast<double>(x))); }

/// Nearest whole number, halves away from zero.
SCATTERFOLD_HD double round(double x) {
  const double size = magnitude(x);
  const double near = nearest_whole(size);
  return whole_or_itself(near + choose(size - near == 0.5, 1.0, 0.0), x);
}
SCATTERFOLD_HD float round(float x) { return float_result(round(static_cast<double>(x))); }

/// The smaller one; of a number and NaN the number; -0 is smaller than +0.
SCATTERFOLD_HD double fmin(double x, double y) {
  const double smaller = x < y ? x : y < x ? y : from_bits(to_bits(x) | to_bits(y));
  const double other = x == x ? x : y == y ? y : canonical_nan();
  return x == x && y == y ? smaller : other;
}
SCATTERFOLD_HD float fmin(float x, float y) {
  return float_result(fmin(static_cast<double>(x), static_cast<double>(y)));
}

/// The larger one; of a number and NaN the number; +0 is larger than -0.
SCATTERFOLD_HD double fmax(double x, double y) {
  const double larger = x > y ? x : y > x ? y : from_bits(to_bits(x) & to_bits(y));
  const double other = x == x ? x : y == y ? y : canonical_nan();
  return x == x && y == y ? larger : other;
}
SCATTERFOLD_HD float fmax(float x, float y) {
  return float_result(fmax(static_cast<double>(x), static_cast<double>(y)));
}

/// x * y + z, rounded once. On a CPU without the instruction it is the C library's, which is exact and slow: the one
/// function here that is not made of + - * /.
SCATTERFOLD_HD double fma(double x, double y, double z) {
#ifdef __CUDA_ARCH__
  const double result = __fma_rn(x, y, z);
#else
  const double result = __builtin_fma(x, y, z);
#endif
  return result == result ? result : canonical_nan();
}
SCATTERFOLD_HD float fma(float x, float y, float z) {
#ifdef __CUDA_ARCH__
  return float_result(__fmaf_rn(x, y, z));
#else
  return float_result(__builtin_fmaf(x, y, z));
#endif
}

/// Square root, correctly rounded (that of float64 is in base/math.hpp).
SCATTERFOLD_HD float sqrt(float x) {
#ifdef __CUDA_ARCH__
  const float root = __fsqrt_rn(x);
#else
  const float root = __builtin_sqrtf(x >= 0 ? x : 0.0f);
#endif
  return float_result(x >= 0 ? static_cast<double>(root) : canonical_nan());
}

/// Zeros in front of the first one bit of `x` > 0.
SCATTERFOLD_HD int leading_zeros(Bits x) {
#ifdef __CUDA_ARCH__
  return __clzll(static_cast<long long>(x));
#else
  return __builtin_clzll(x);
#endif
}

/// What is left of x after whole multiples of y, with the sign of x: exact for all exponents.
SCATTERFOLD_HD double fmod(double x, double y) {
  const double size = magnitude(x), step = magnitude(y);
  if (!(size < infinity()) || !(step > 0)) return canonical_nan();
  if (size < step) return x;

  // size = a 2^p, step = b 2^q (less a bias): the rest of a 2^(p - q) by b.
  constexpr Bits one = 1ull << 52;
  const auto exponent_of = [](double number) {
    const int exponent = static_cast<int>(to_bits(number) >> 52);
    return exponent == 0 ? 1 : exponent;
  };
  const auto mantissa_of = [](double number) {
    const Bits bits = to_bits(number);
    return (bits & (one - 1)) | (bits >= one ? one : 0);
  };
  int exponent = exponent_of(step);
  int doublings = exponent_of(size) - exponent;
  Bits divisor = mantissa_of(step);
  // Zeros at the end of b leave more room in front of it.
  const int zeros = 63 - leading_zeros(divisor & (0 - divisor));
  const int common = zeros < doublings ? zeros : doublings;
  divisor >>= common;
  exponent += common;
  doublings -= common;

  // As many bits at once as there are zeros in front of b: 11 at least, so 190 rounds at most.
  Bits rest = mantissa_of(size) % divisor;
  const int room = leading_zeros(divisor);
  while (doublings > 0 && rest != 0) {
    const int shift = doublings < room ? doublings : room;
    rest = (rest << shift) % divisor;
    doublings -= shift;
  }
  if (rest == 0) return with_sign_of(0.0, x);
  const int space = leading_zeros(rest) - 11;
  const int shift = space < exponent ? space : exponent - 1;  // a subnormal rest stays where it is
  return with_sign_of(from_bits((rest << shift) + (static_cast<Bits>(exponent - shift - 1) << 52)), x);
}
SCATTERFOLD_HD float fmod(float x, float y) {
  return float_result(fmod(static_cast<double>(x), static_cast<double>(y)));
}

/// `x` as an integer of type T (8 to 64 bits, signed or not), towards zero. What T cannot hold becomes its nearest
/// value, NaN becomes 0.
template <class T>
SCATTERFOLD_HD T to_int(double x) {
  static_assert(sizeof(T) <= 8 && static_cast<T>(0.5) == static_cast<T>(0) && static_cast<T>(2) != static_cast<T>(1),
                "an integer type of 8 to 64 bits");
  constexpr bool is_signed = static_cast<T>(-1) < static_cast<T>(0);
  constexpr int digits = 8 * static_cast<int>(sizeof(T)) - is_signed;
  constexpr T highest = static_cast<T>(~0ull >> (64 - digits));
  // The first float64 above T, and the last below that.
  constexpr double above = static_cast<double>(1ull << (digits - 1)) * 2;
  constexpr double last = digits <= 53 ? above - 1 : above - (digits == 63 ? 0x1p10 : 0x1p11);
  const double first = is_signed ? -above : 0.0;
  const double from_below = x > first ? x : first;  // NaN too: never converted
  const double inside = from_below < last ? from_below : last;
  const T result = x < above ? static_cast<T>(inside) : highest;
  return x == x ? result : static_cast<T>(0);
}
template <class T>
SCATTERFOLD_HD T to_int(float x) {
  return to_int<T>(static_cast<double>(x));
}

}  // namespace scatterfold::math

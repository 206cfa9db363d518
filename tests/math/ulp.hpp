// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "base/math.hpp"

/// How far functions are from the truth, which is glibc's in long double (64 bits of mantissa), in units in the last
/// place of their result.
namespace scatterfold::math_test {

using Random = std::mt19937_64;

/// |computed - exact| in units in the last place of the exact value, as T would hold it. NaN for NaN is no error.
template <class T>
double ulp_error(T computed, long double exact) {
  constexpr int digits = std::numeric_limits<T>::digits, least = std::numeric_limits<T>::min_exponent - digits;
  if (computed != computed || exact != exact) return computed != computed && exact != exact ? 0 : HUGE_VAL;
  if (static_cast<long double>(computed) == exact) return 0;
  const T rounded = static_cast<T>(exact);
  if (std::isinf(rounded) || std::isinf(computed)) return computed == rounded ? 0 : HUGE_VAL;
  int exponent = 0;
  std::frexp(rounded, &exponent);
  const long double ulp = std::ldexp(1.0L, std::max(exponent - digits, least));
  return static_cast<double>(std::abs(static_cast<long double>(computed) - exact) / ulp);
}

/// A float32 result is a float64 one rounded once more: half an ulp, and the rare one that this rounds the other way.
inline constexpr double float_bound = 0.5001;

/// The worst error over arguments drawn with `draw(random)`, and where it was.
struct Worst {
  double error = 0, x = 0, y = 0;
};
template <class T, class Function, class Exact, class Draw>
Worst worst_over(const Function& function, const Exact& exact, const Draw& draw, int count = 200000) {
  Random random(20240101);
  Worst worst;
  for (int i = 0; i < count; ++i) {
    const T x = static_cast<T>(draw(random));
    const double error = ulp_error<T>(function(x), exact(static_cast<long double>(x)));
    if (!(error <= worst.error)) worst = {error, x, 0};
  }
  return worst;
}
template <class T, class Function, class Exact, class DrawX, class DrawY>
Worst worst_over_pairs(const Function& function, const Exact& exact, const DrawX& draw_x, const DrawY& draw_y,
                       int count = 200000) {
  Random random(20240101);
  Worst worst;
  for (int i = 0; i < count; ++i) {
    const T x = static_cast<T>(draw_x(random)), y = static_cast<T>(draw_y(random));
    const double error = ulp_error<T>(function(x, y), exact(static_cast<long double>(x), static_cast<long double>(y)));
    if (!(error <= worst.error)) worst = {error, x, y};
  }
  return worst;
}

#define EXPECT_ULP(worst, bound)                                                                      \
  do {                                                                                                \
    const ::scatterfold::math_test::Worst found = worst;                                              \
    EXPECT_LE(found.error, bound) << "at " << std::hexfloat << found.x << " " << found.y << std::dec; \
  } while (false)

/// Uniform in [low, high).
inline auto between(double low, double high) {
  return [=](Random& random) { return std::uniform_real_distribution<double>(low, high)(random); };
}
/// Of either sign, exponents from `low` to `high` alike.
inline auto magnitudes(double low, double high) {
  return [=](Random& random) { return std::exp2(between(low, high)(random)) * (random() % 2 == 0 ? 1 : -1); };
}
/// Any finite number, all exponents alike, of either sign.
inline double any_double(Random& random) {
  return math::from_bits(random() % 0x7ff0000000000000ull | (random() & 0x8000000000000000ull));
}
inline float any_float(Random& random) {
  return __builtin_bit_cast(float, static_cast<unsigned>(random() % 0x7f800000u | (random() & 0x80000000u)));
}

inline unsigned bits_of(float x) { return __builtin_bit_cast(unsigned, x); }
inline math::Bits bits_of(double x) { return math::to_bits(x); }

inline constexpr double inf = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr math::Bits canonical_double = 0x7ff8000000000000ull;
inline constexpr unsigned canonical_float = 0x7fc00000u;

/// NaNs other than the canonical one, quiet and signalling, of either sign.
inline const double odd_nans[] = {nan, math::from_bits(0xfff8000000000123ull), math::from_bits(0x7ff0000000000001ull),
                                  math::from_bits(0xfff4000000000000ull)};

/// Asserts the same bits; the second argument may be of the other floating-point type where it is exact.
#define EXPECT_BITS(computed, expected)                                                   \
  EXPECT_EQ(::scatterfold::math_test::bits_of(computed),                                  \
            ::scatterfold::math_test::bits_of(static_cast<decltype(computed)>(expected))) \
      << #computed << " is " << (computed)

}  // namespace scatterfold::math_test

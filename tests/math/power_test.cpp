// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "math/power.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <type_traits>

#include "math/within.hpp"

namespace scatterfold::math_test {
namespace {

const auto own_pow = [](auto x, auto y) { return math::pow(x, y); };
const auto own_hypot = [](auto x, auto y) { return math::hypot(x, y); };
const auto own_cbrt = [](auto x) { return math::cbrt(x); };
// glibc's has an error of 2^-10 ulp of float64 at most, near overflow too (compared with libquadmath's).
const auto exact_pow = [](long double x, long double y) { return std::pow(x, y); };
const auto exact_hypot = [](long double x, long double y) { return std::hypot(x, y); };
const auto exact_cbrt = [](long double x) { return std::cbrt(x); };

// The bounds are what 10^7 draws of each kind gave (power.hpp), with 5 % for draws not made.

/// Checks powers whose logarithms to base 2 are drawn: the exponent follows from the base.
template <class Base, class Result>
void expect_powers_within(double bound, Base base, Result log_of_result) {
  const auto own = [](double x, double result) { return math::pow(x, result / std::log2(x)); };
  const auto exact = [](long double x, long double result) {
    const double y = static_cast<double>(result) / std::log2(static_cast<double>(x));
    return std::pow(x, static_cast<long double>(y));
  };
  expect_within<double>(bound, own, exact, base, log_of_result);
}
double any_positive(Random& random) { return std::abs(any_double(random)); }
double near_one(Random& random) { return 1 + magnitudes(-52, -1)(random); }

TEST(Power, PowIsWithinItsBound) {
  constexpr double bound = 0.67;
  expect_powers_within(bound, any_positive, between(-1022, 1024));
  expect_powers_within(bound, between(0.5, 2), between(-1022, 1024));
  expect_powers_within(bound, near_one, between(-1022, 1024));
  expect_powers_within(bound, between(0, 10), between(1020, 1024));
  expect_powers_within(bound, magnitudes(-1074, -1022), between(-1022, 1024));  // half of them NaN
  for (const double x : {0x1.bb67ae8584caap-1, 0x1.3988e1409212ep+0, 0x1.bb67ae8584caap+0, 0x1p-1022}) {
    expect_powers_within(bound, around(x), between(-1022, 1024));
  }
  expect_within<double>(bound, own_pow, exact_pow, between(0, 10), between(-10, 10));
  const auto small_whole = [](Random& random) { return std::round(between(-20, 20)(random)); };
  expect_within<double>(bound, own_pow, exact_pow, magnitudes(-4, 4), small_whole);
}

TEST(Power, PowIsWithinItsBoundNearUnderflow) {
  constexpr double bound = 0.83;  // rounded to 53 bits first, then to those that are left
  expect_powers_within(bound, any_positive, between(-1076, -1020));
  expect_powers_within(bound, between(0.5, 2), between(-1076, -1020));
  expect_powers_within(bound, near_one, between(-1076, -1020));
  expect_within<double>(bound, own_pow, exact_pow, any_double, magnitudes(-60, 12));  // most of them far from it
}

TEST(Power, CbrtIsWithinItsBound) {
  constexpr double bound = 0.70;
  expect_within<double>(bound, own_cbrt, exact_cbrt, any_double);
  expect_within<double>(bound, own_cbrt, exact_cbrt, between(-8, 8));
  expect_within<double>(bound, own_cbrt, exact_cbrt, magnitudes(-1074, -1020));
  for (const double x : {1.0, 2.0, 4.0, 0x1p-1022, std::numeric_limits<double>::max()}) {
    expect_within<double>(bound, own_cbrt, exact_cbrt, around(x));
  }
}

TEST(Power, HypotIsWithinItsBound) {
  constexpr double bound = 0.52;
  expect_within<double>(bound, own_hypot, exact_hypot, between(-2, 2), between(-2, 2));
  expect_within<double>(bound, own_hypot, exact_hypot, between(1, 2), magnitudes(-30, 3));
  expect_within<double>(bound, own_hypot, exact_hypot, any_double, any_double);
  expect_within<double>(bound, own_hypot, exact_hypot, magnitudes(-460, -440), magnitudes(-480, -440));
  expect_within<double>(bound, own_hypot, exact_hypot, magnitudes(490, 510), magnitudes(460, 510));
  expect_within<double>(bound, own_hypot, exact_hypot, magnitudes(1000, 1024), magnitudes(1000, 1024));
  expect_within<double>(bound, own_hypot, exact_hypot, magnitudes(-1020, -990), magnitudes(-1060, -990));
  constexpr double subnormal_bound = 0.80;  // rounded to 53 bits first, then to those that are left
  expect_within<double>(subnormal_bound, own_hypot, exact_hypot, magnitudes(-1074, -1020), magnitudes(-1074, -1020));
}

TEST(Power, OfFloatAreWithinTheirBound) {
  expect_within<float>(float_bound, own_pow, exact_pow, between(0, 100), between(-20, 20));
  expect_within<float>(float_bound, own_pow, exact_pow, any_float, between(-2, 2));
  expect_within<float>(float_bound, own_pow, exact_pow, between(0.9, 1.1), between(-1000, 1000));
  expect_within<float>(float_bound, own_pow, exact_pow, between(0, 0x1p-100), between(1, 1.6));
  expect_within<float>(float_bound, own_cbrt, exact_cbrt, any_float);
  expect_within<float>(float_bound, own_hypot, exact_hypot, between(-2, 2), between(-2, 2));
  expect_within<float>(float_bound, own_hypot, exact_hypot, magnitudes(-149, -110), magnitudes(-149, -110));
  expect_within<float>(float_bound, own_hypot, exact_hypot, any_float, any_float);
}

TEST(Power, PowIsExactWhereItCanBe) {
  for (double x = 1; x <= 30; ++x) {
    double exact = 1;
    for (int y = 0; exact < 0x1p53; ++y, exact *= x) {
      ASSERT_EQ(math::pow(x, static_cast<double>(y)), exact) << x << ' ' << y;
      ASSERT_EQ(math::pow(-x, static_cast<double>(y)), y % 2 ? -exact : exact) << x << ' ' << y;
      ASSERT_EQ(math::pow(exact, 1.0), exact);
      if (y > 30) break;
    }
  }
  for (int k = -1074; k < 1024; ++k) ASSERT_EQ(math::pow(2.0, static_cast<double>(k)), std::ldexp(1.0, k));
  Random random(11);
  for (int i = 0; i < 100000; ++i) {
    const double x = any_positive(random);
    ASSERT_EQ(math::pow(x, 1.0), x);
    const double root = between(1, 0x1p26)(random), whole = std::floor(root);
    ASSERT_EQ(math::pow(whole * whole, 0.5), whole);
    ASSERT_EQ(math::cbrt(std::floor(root / 512) * std::floor(root / 512) * std::floor(root / 512)),
              std::floor(root / 512));
  }
}

/// Annex F.9.4.4 (F.10.4.4 since C11), clause by clause.
TEST(Power, SpecialValuesOfPow) {
  const double tiny = 5e-324, huge = std::numeric_limits<double>::max();
  for (const double y : {-1.0, -3.0, -0x1.fffffffffffffp52}) {  // odd
    EXPECT_EQ(bits_of(math::pow(0.0, y)), bits_of(inf));
    EXPECT_EQ(bits_of(math::pow(-0.0, y)), bits_of(-inf));
    EXPECT_EQ(bits_of(math::pow(-inf, y)), bits_of(-0.0));
    EXPECT_EQ(bits_of(math::pow(0.0, -y)), bits_of(0.0));
    EXPECT_EQ(bits_of(math::pow(-0.0, -y)), bits_of(-0.0));
    EXPECT_EQ(bits_of(math::pow(-inf, -y)), bits_of(-inf));
    EXPECT_EQ(math::pow(-1.0, y), -1.0);
  }
  for (const double y : {-2.0, -0.5, -1.5, -tiny, -huge, -inf, -0x1p52, -0x1p53, -0x1.8p52}) {
    EXPECT_EQ(bits_of(math::pow(0.0, y)), bits_of(inf));
    EXPECT_EQ(bits_of(math::pow(-0.0, y)), bits_of(inf));
    EXPECT_EQ(bits_of(math::pow(-inf, y)), bits_of(0.0));
    EXPECT_EQ(bits_of(math::pow(0.0, -y)), bits_of(0.0));
    EXPECT_EQ(bits_of(math::pow(-0.0, -y)), bits_of(0.0));
    EXPECT_EQ(bits_of(math::pow(-inf, -y)), bits_of(inf));
    EXPECT_EQ(bits_of(math::pow(inf, y)), bits_of(0.0));
    EXPECT_EQ(bits_of(math::pow(inf, -y)), bits_of(inf));
  }
  for (const double y : {inf, -inf, 0x1p60, -huge}) EXPECT_EQ(math::pow(-1.0, y), 1.0);
  for (const double y : {0.0, -0.0, 1.5, tiny, -huge, inf, -inf, nan}) EXPECT_EQ(math::pow(1.0, y), 1.0);
  for (const double x : {0.0, -0.0, 1.0, -1.5, tiny, -huge, inf, -inf, nan}) {
    EXPECT_EQ(math::pow(x, 0.0), 1.0);
    EXPECT_EQ(math::pow(x, -0.0), 1.0);
  }
  for (const double x : {-1.0, -tiny, -huge, -2.5}) {
    for (const double y : {0.5, -0.5, 1.5, tiny, 0x1p51 + 0.5}) EXPECT_EQ(bits_of(math::pow(x, y)), canonical_double);
  }
  for (const double x : {tiny, 0.5, -0.5, std::nextafter(1.0, 0.0), -std::nextafter(1.0, 0.0)}) {
    EXPECT_EQ(bits_of(math::pow(x, inf)), bits_of(0.0));
    EXPECT_EQ(bits_of(math::pow(x, -inf)), bits_of(inf));
    EXPECT_EQ(bits_of(math::pow(x, huge)), bits_of(0.0));
    EXPECT_EQ(bits_of(math::pow(x, -huge)), bits_of(inf));
  }
  for (const double x : {huge, 2.0, -2.0, std::nextafter(1.0, 2.0), -std::nextafter(1.0, 2.0)}) {
    EXPECT_EQ(bits_of(math::pow(x, inf)), bits_of(inf));
    EXPECT_EQ(bits_of(math::pow(x, -inf)), bits_of(0.0));
    EXPECT_EQ(bits_of(math::pow(x, huge)), bits_of(inf));
    EXPECT_EQ(bits_of(math::pow(x, -huge)), bits_of(0.0));
  }
  // Overflow and underflow keep the sign; the largest odd exponent is below 2^53.
  EXPECT_EQ(math::pow(-2.0, 1025.0), -inf);
  EXPECT_EQ(bits_of(math::pow(-2.0, -1077.0)), bits_of(-0.0));
  EXPECT_EQ(math::pow(-2.0, 0x1.fffffffffffffp52), -inf);
  EXPECT_EQ(math::pow(-2.0, 0x1p53), inf);
  EXPECT_EQ(math::pow(10.0, 309.0), inf);
  EXPECT_EQ(math::pow(2.0, -1075.0), 0.0);
  EXPECT_EQ(math::pow(tiny, tiny), 1.0);
  EXPECT_EQ(math::pow(huge, -tiny), 1.0);
}

TEST(Power, SpecialValuesOfRoots) {
  for (const double x : {0.0, -0.0, inf, -inf, 1.0, -1.0}) EXPECT_EQ(bits_of(math::cbrt(x)), bits_of(x));
  EXPECT_EQ(math::cbrt(-27.0), -3.0);
  EXPECT_EQ(math::cbrt(0x1p-1074), 0x1p-358);

  for (const double x : {0.0, 1.0, -3.0, 5e-324, inf}) {
    EXPECT_EQ(bits_of(math::hypot(x, 0.0)), bits_of(std::abs(x)));
    EXPECT_EQ(bits_of(math::hypot(-0.0, x)), bits_of(std::abs(x)));
  }
  EXPECT_EQ(math::hypot(3.0, -4.0), 5.0);
  EXPECT_EQ(math::hypot(3 * 0x1p1020, 4 * 0x1p1020), 5 * 0x1p1020);
  EXPECT_EQ(math::hypot(3 * 0x1p-1074, 4 * 0x1p-1074), 5 * 0x1p-1074);
  EXPECT_EQ(math::hypot(std::numeric_limits<double>::max(), 0x1p1000), inf);
  EXPECT_EQ(math::hypot(std::numeric_limits<double>::max(), 1.0), std::numeric_limits<double>::max());
  for (const double x : {inf, -inf}) {
    EXPECT_EQ(math::hypot(x, nan), inf);
    EXPECT_EQ(math::hypot(nan, x), inf);
  }
}

TEST(Power, RootsAreOddEvenAndSymmetric) {
  Random random(13);
  for (int i = 0; i < 100000; ++i) {
    const double x = any_double(random), y = magnitudes(-3, 3)(random) * x;
    ASSERT_EQ(bits_of(math::cbrt(-x)), bits_of(-math::cbrt(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::hypot(x, y)), bits_of(math::hypot(-y, x))) << std::hexfloat << x << ' ' << y;
  }
}

TEST(Power, EveryNanIsTheCanonicalOne) {
  for (const double x : odd_nans) {
    for (const double y : {2.0, -1.5, inf, -inf, nan}) EXPECT_EQ(bits_of(math::pow(x, y)), canonical_double);
    for (const double y : {0.0, -1.0, 2.0, inf, -inf}) EXPECT_EQ(bits_of(math::pow(y, x)), canonical_double);
    EXPECT_EQ(bits_of(math::cbrt(x)), canonical_double);
    for (const double y : {0.0, -1.0, 1e300, 1e-300, nan}) {
      EXPECT_EQ(bits_of(math::hypot(x, y)), canonical_double);
      EXPECT_EQ(bits_of(math::hypot(y, x)), canonical_double);
    }
  }
  for (const float x : {__builtin_bit_cast(float, 0xffc00123u), __builtin_bit_cast(float, 0x7fffffffu)}) {
    EXPECT_EQ(bits_of(math::pow(x, 2.0f)), canonical_float);
    EXPECT_EQ(bits_of(math::pow(2.0f, x)), canonical_float);
    EXPECT_EQ(math::pow(1.0f, x), 1.0f);
    EXPECT_EQ(bits_of(math::cbrt(x)), canonical_float);
    EXPECT_EQ(bits_of(math::hypot(x, 1.0f)), canonical_float);
  }
  EXPECT_EQ(bits_of(math::pow(-1.0f, 0.5f)), canonical_float);
}

TEST(Power, ArgumentsOfTwoTypesTakeTheFunctionOfDouble) {
  static_assert(std::is_same_v<decltype(math::pow(2.0f, 3.0f)), float>);
  static_assert(std::is_same_v<decltype(math::pow(2.0f, 0.5)), double>);
  static_assert(std::is_same_v<decltype(math::pow(2.0f, 3)), double>);
  static_assert(std::is_same_v<decltype(math::hypot(3, 4.0f)), double>);
  EXPECT_EQ(math::pow(2, 3), 8.0);
}

TEST(Power, GoldenBits) {
  // The bits of results hang on these: a change of them is told in the changelog.
  EXPECT_EQ(hash_of_bits(own_pow, own_hypot, first(own_cbrt)), 7666878042310391095u);
}

}  // namespace
}  // namespace scatterfold::math_test

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "math/exponential.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "math/within.hpp"

namespace scatterfold::math_test {
namespace {

const auto own_exp = [](auto x) { return math::exp(x); };
const auto own_exp2 = [](auto x) { return math::exp2(x); };
const auto own_expm1 = [](auto x) { return math::expm1(x); };
const auto exact_exp = [](long double x) { return std::exp(x); };
const auto exact_exp2 = [](long double x) { return std::exp2(x); };
const auto exact_expm1 = [](long double x) { return std::expm1(x); };

// The bounds are what 10^7 draws of each kind gave (exponential.hpp), with 5 % for draws not made.
TEST(Exponential, Exp2IsWithinItsBound) {
  constexpr double bound = 0.56;
  expect_within<double>(bound, own_exp2, exact_exp2, between(-1, 1));
  expect_within<double>(bound, own_exp2, exact_exp2, between(-1022, 1024));
  for (const double x : {0.5, -0.5, 1.5, 1023.5, 1024.0}) {
    expect_within<double>(bound, own_exp2, exact_exp2, around(x));
  }
  constexpr double subnormal_bound = 0.80;  // rounded to 53 bits first, then to those that are left
  expect_within<double>(subnormal_bound, own_exp2, exact_exp2, between(-1076, -1021));
  expect_within<double>(subnormal_bound, own_exp2, exact_exp2, magnitudes(-1074, 11));
  expect_within<double>(subnormal_bound, own_exp2, exact_exp2, any_double);
  for (const double x : {-1022.0, -1074.0, -1075.0}) {
    expect_within<double>(subnormal_bound, own_exp2, exact_exp2, around(x));
  }
}

TEST(Exponential, Expm1IsWithinItsBound) {
  constexpr double bound = 0.75;
  expect_within<double>(bound, own_expm1, exact_expm1, between(-1, 1));
  expect_within<double>(bound, own_expm1, exact_expm1, between(-0x1p-20, 0x1p-20));
  expect_within<double>(bound, own_expm1, exact_expm1, between(-42, 42));
  expect_within<double>(bound, own_expm1, exact_expm1, between(-42, 710));
  expect_within<double>(bound, own_expm1, exact_expm1, magnitudes(-1074, 11));
  expect_within<double>(bound, own_expm1, exact_expm1, any_double);
  for (const double halves : {-7., -5., -3., -1., 1., 3., 5., 107., 109.}) {  // where the multiple of ln 2 changes
    expect_within<double>(bound, own_expm1, exact_expm1, around(halves * 0x1.62e42fefa39efp-2));
  }
  for (const double x : {-40.0, 0x1.62e42fefa39efp+9}) {
    expect_within<double>(bound, own_expm1, exact_expm1, around(x));
  }
}

TEST(Exponential, OfFloatAreWithinTheirBound) {
  const auto check = [](auto own, auto exact, double low, double high) {
    expect_within<float>(float_bound, own, exact, between(-1, 1));
    expect_within<float>(float_bound, own, exact, between(low, high));
    expect_within<float>(float_bound, own, exact, magnitudes(-149, 8));
    expect_within<float>(float_bound, own, exact, any_float);
  };
  check(own_exp, exact_exp, -105, 89);
  check(own_exp2, exact_exp2, -151, 129);
  check(own_expm1, exact_expm1, -20, 89);
}

TEST(Exponential, NeverFallsWhereItsPiecesMeet) {
  for (const double halves : {-5., -3., -1., 1., 3., 5.}) {
    double x = halves * 0x1.62e42fefa39efp-2, y = halves * 0.5;
    for (int i = 0; i < 500; ++i) x = std::nextafter(x, -inf), y = std::nextafter(y, -inf);
    for (int i = 0; i < 1000; ++i) {
      const double above_x = std::nextafter(x, inf), above_y = std::nextafter(y, inf);
      ASSERT_LE(math::expm1(x), math::expm1(above_x)) << std::hexfloat << x;
      ASSERT_LE(math::exp2(y), math::exp2(above_y)) << std::hexfloat << y;
      x = above_x, y = above_y;
    }
  }
}

TEST(Exponential, SpecialValues) {
  for (int k = -1074; k < 1024; ++k) ASSERT_EQ(math::exp2(static_cast<double>(k)), std::ldexp(1.0, k)) << k;
  EXPECT_EQ(math::exp2(1024.0), inf);
  EXPECT_LT(math::exp2(std::nextafter(1024.0, 0.0)), inf);
  EXPECT_EQ(bits_of(math::exp2(-1075.0)), bits_of(0.0));
  EXPECT_EQ(math::exp2(std::nextafter(-1075.0, 0.0)), 5e-324);
  EXPECT_EQ(math::exp2(inf), inf);
  EXPECT_EQ(bits_of(math::exp2(-inf)), bits_of(0.0));
  EXPECT_EQ(math::exp2(-0.0), 1.0);

  EXPECT_EQ(bits_of(math::expm1(0.0)), bits_of(0.0));
  EXPECT_EQ(bits_of(math::expm1(-0.0)), bits_of(-0.0));
  EXPECT_EQ(math::expm1(5e-324), 5e-324);
  EXPECT_EQ(math::expm1(-5e-324), -5e-324);
  EXPECT_EQ(math::expm1(inf), inf);
  EXPECT_EQ(math::expm1(-inf), -1.0);
  EXPECT_EQ(math::expm1(-1e300), -1.0);
  EXPECT_LT(math::expm1(0x1.62e42fefa39efp+9), inf);
  EXPECT_EQ(math::expm1(0x1.62e42fefa39fp+9), inf);

  EXPECT_EQ(math::exp2(-149.0f), 0x1p-149f);
  EXPECT_EQ(math::exp2(-150.0f), 0.0f);
  EXPECT_EQ(math::exp2(128.0f), float_inf);
  EXPECT_EQ(math::exp(-104.0f), 0.0f);
  EXPECT_EQ(math::exp(-103.0f), 0x1p-149f);
  EXPECT_EQ(math::exp(89.0f), float_inf);
  EXPECT_EQ(bits_of(math::expm1(-0.0f)), bits_of(-0.0f));
  EXPECT_EQ(math::expm1(0x1p-149f), 0x1p-149f);
}

TEST(Exponential, EveryNanIsTheCanonicalOne) {
  for (const double x : odd_nans) {
    EXPECT_EQ(bits_of(math::exp2(x)), canonical_double);
    EXPECT_EQ(bits_of(math::expm1(x)), canonical_double);
    const float narrow = static_cast<float>(x);
    EXPECT_EQ(bits_of(math::exp(narrow)), canonical_float);
    EXPECT_EQ(bits_of(math::exp2(narrow)), canonical_float);
    EXPECT_EQ(bits_of(math::expm1(narrow)), canonical_float);
  }
}

TEST(Exponential, WholeNumbersTakeTheFunctionOfDouble) {
  static_assert(std::is_same_v<decltype(math::exp2(3)), double>);
  static_assert(std::is_same_v<decltype(math::exp2(3.0f)), float>);
  EXPECT_EQ(math::exp2(3), 8.0);
  EXPECT_EQ(math::exp(0), 1.0);
}

TEST(Exponential, GoldenBits) {
  // The bits of results hang on these: a change of them is told in the changelog.
  EXPECT_EQ(hash_of_bits(first(own_exp2), first(own_expm1)), 5767218579790340708u);
}

}  // namespace
}  // namespace scatterfold::math_test

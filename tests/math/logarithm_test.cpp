// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "math/logarithm.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "math/within.hpp"

namespace scatterfold::math_test {
namespace {

const auto own_log = [](auto x) { return math::log(x); };
const auto own_log2 = [](auto x) { return math::log2(x); };
const auto own_log10 = [](auto x) { return math::log10(x); };
const auto own_log1p = [](auto x) { return math::log1p(x); };
const auto exact_log = [](long double x) { return std::log(x); };
const auto exact_log2 = [](long double x) { return std::log2(x); };
const auto exact_log10 = [](long double x) { return std::log10(x); };
const auto exact_log1p = [](long double x) { return std::log1p(x); };

// The bounds are what 10^7 draws of each kind gave (logarithm.hpp), with 5 % for draws not made.
TEST(Logarithm, Log2AndLog10AreWithinTheirBound) {
  const auto check = [](double bound, auto own, auto exact) {
    expect_within<double>(bound, own, exact, any_double);  // half of them NaN
    expect_within<double>(bound, own, exact, between(0.5, 2));
    expect_within<double>(bound, own, exact, between(1 - 0x1p-12, 1 + 0x1p-12));
    expect_within<double>(bound, own, exact, between(0, 1e4));
    expect_within<double>(bound, own, exact, between(0, 0x1p-1021));
    for (const double x : {1.0, 0x1.6a09e667f3bcdp-1, 0x1.6a09e667f3bcdp+0, 0x1.6a09e667f3bcdp+1, 0x1p-1022}) {
      expect_within<double>(bound, own, exact, around(x));
    }
  };
  constexpr double log2_bound = 0.88, log10_bound = 0.78;
  check(log2_bound, own_log2, exact_log2);
  check(log10_bound, own_log10, exact_log10);
}

TEST(Logarithm, Log1pIsWithinItsBound) {
  constexpr double bound = 0.89;
  expect_within<double>(bound, own_log1p, exact_log1p, any_double);  // most of the negative ones NaN
  expect_within<double>(bound, own_log1p, exact_log1p, magnitudes(-60, 4));
  expect_within<double>(bound, own_log1p, exact_log1p, magnitudes(-1074, -900));
  expect_within<double>(bound, own_log1p, exact_log1p, between(-1, 1));
  expect_within<double>(bound, own_log1p, exact_log1p, between(0, 1e4));
  for (const double x : {-1.0, 0x1.6a09e667f3bcdp-1 - 1, 0x1.6a09e667f3bcdp+0 - 1, 0x1.6a09e667f3bcdp+1 - 1, 0x1p53}) {
    expect_within<double>(bound, own_log1p, exact_log1p, around(x));
  }
}

TEST(Logarithm, OfFloatAreWithinTheirBound) {
  const auto check = [](auto own, auto exact, auto near) {
    expect_within<float>(float_bound, own, exact, any_float);
    expect_within<float>(float_bound, own, exact, between(0, 0x1p-125));
    expect_within<float>(float_bound, own, exact, near);
  };
  check(own_log, exact_log, between(0.5, 2));
  check(own_log2, exact_log2, between(0.5, 2));
  check(own_log10, exact_log10, between(0.5, 2));
  check(own_log1p, exact_log1p, between(-1, 1));
}

TEST(Logarithm, NeverFallsWhereItsPiecesMeet) {
  for (const double middle : {0x1.6a09e667f3bcdp-1, 0x1.6a09e667f3bcdp+0, 0x1.6a09e667f3bcdp+1, 1.0}) {
    double x = middle;
    for (int i = 0; i < 500; ++i) x = std::nextafter(x, -inf);
    for (int i = 0; i < 1000; ++i) {
      const double above = std::nextafter(x, inf);
      ASSERT_LE(math::log2(x), math::log2(above)) << std::hexfloat << x;
      ASSERT_LE(math::log10(x), math::log10(above)) << std::hexfloat << x;
      ASSERT_LE(math::log1p(x - 1), math::log1p(above - 1)) << std::hexfloat << x;
      x = above;
    }
  }
}

TEST(Logarithm, SpecialValues) {
  for (int k = -1074; k < 1024; ++k) ASSERT_EQ(math::log2(std::ldexp(1.0, k)), k);
  double power = 1;
  for (int k = 0; k < 23; ++k, power *= 10) ASSERT_EQ(math::log10(power), k);  // exact powers
  for (const auto function : {+[](double x) { return math::log2(x); }, +[](double x) { return math::log10(x); }}) {
    EXPECT_EQ(bits_of(function(1.0)), bits_of(0.0));
    EXPECT_EQ(function(0.0), -inf);
    EXPECT_EQ(function(-0.0), -inf);
    EXPECT_EQ(function(inf), inf);
    for (const double x : {-5e-324, -1.0, -inf}) EXPECT_EQ(bits_of(function(x)), canonical_double);
  }
  EXPECT_EQ(bits_of(math::log1p(0.0)), bits_of(0.0));
  EXPECT_EQ(bits_of(math::log1p(-0.0)), bits_of(-0.0));
  EXPECT_EQ(math::log1p(5e-324), 5e-324);
  EXPECT_EQ(math::log1p(-5e-324), -5e-324);
  EXPECT_EQ(math::log1p(-1.0), -inf);
  EXPECT_EQ(math::log1p(inf), inf);
  for (const double x : {std::nextafter(-1.0, -2.0), -2.0, -inf}) {
    EXPECT_EQ(bits_of(math::log1p(x)), canonical_double);
  }
  EXPECT_EQ(math::log(0.0f), -float_inf);
  EXPECT_EQ(math::log2(0x1p-149f), -149.0f);
  EXPECT_EQ(math::log1p(-1.0f), -float_inf);
  EXPECT_EQ(math::log1p(0x1p-149f), 0x1p-149f);
}

TEST(Logarithm, EveryNanIsTheCanonicalOne) {
  for (const double x : odd_nans) {
    EXPECT_EQ(bits_of(math::log2(x)), canonical_double);
    EXPECT_EQ(bits_of(math::log10(x)), canonical_double);
    EXPECT_EQ(bits_of(math::log1p(x)), canonical_double);
  }
  for (const float x : {__builtin_bit_cast(float, 0xffc00123u), -1.5f, -float_inf}) {
    EXPECT_EQ(bits_of(math::log(x)), canonical_float);
    EXPECT_EQ(bits_of(math::log2(x)), canonical_float);
    EXPECT_EQ(bits_of(math::log10(x)), canonical_float);
    EXPECT_EQ(bits_of(math::log1p(x)), canonical_float);
  }
}

TEST(Logarithm, GoldenBits) {
  // The bits of results hang on these: a change of them is told in the changelog.
  EXPECT_EQ(hash_of_bits(first(own_log2), first(own_log10), first(own_log1p)), 16594854908303854792u);
}

}  // namespace
}  // namespace scatterfold::math_test

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "math/hyperbolic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "math/within.hpp"

namespace scatterfold::math_test {
namespace {

const auto own_sinh = [](auto x) { return math::sinh(x); };
const auto own_cosh = [](auto x) { return math::cosh(x); };
const auto own_tanh = [](auto x) { return math::tanh(x); };
const auto exact_sinh = [](long double x) { return std::sinh(x); };
const auto exact_cosh = [](long double x) { return std::cosh(x); };
const auto exact_tanh = [](long double x) { return std::tanh(x); };

// The bounds are what 10^7 draws of each kind gave (hyperbolic.hpp), with 5 % for draws not made.
constexpr double half_ln2 = 0x1.62e42fefa39efp-2;
constexpr double largest = 0x1.633ce8fb9f87dp+9;  // of which sinh and cosh are finite

TEST(Hyperbolic, AreWithinTheirBound) {
  const auto check = [](double bound, auto own, auto exact) {
    expect_within<double>(bound, own, exact, between(-1, 1));
    expect_within<double>(bound, own, exact, between(-3, 3));
    expect_within<double>(bound, own, exact, between(-23, 23));
    expect_within<double>(bound, own, exact, between(-711, 711));
    expect_within<double>(bound, own, exact, magnitudes(-1074, 10));
    expect_within<double>(bound, own, exact, any_double);
    for (const double x : {half_ln2, 3 * half_ln2, 5 * half_ln2, 0.5 * half_ln2, 0.25, 20.0, 22.0, largest}) {
      expect_within<double>(bound, own, exact, around(x));
      expect_within<double>(bound, own, exact, around(-x));
    }
  };
  constexpr double sinh_bound = 0.62, cosh_bound = 0.56, tanh_bound = 0.60;
  check(sinh_bound, own_sinh, exact_sinh);
  check(cosh_bound, own_cosh, exact_cosh);
  check(tanh_bound, own_tanh, exact_tanh);
}

TEST(Hyperbolic, OfFloatAreWithinTheirBound) {
  const auto check = [](auto own, auto exact) {
    expect_within<float>(float_bound, own, exact, between(-2, 2));
    expect_within<float>(float_bound, own, exact, between(-90, 90));
    expect_within<float>(float_bound, own, exact, any_float);
  };
  check(own_sinh, exact_sinh);
  check(own_cosh, exact_cosh);
  check(own_tanh, exact_tanh);
}

TEST(Hyperbolic, AreOddAndEven) {
  Random random(5);
  for (int i = 0; i < 100000; ++i) {
    const double x = magnitudes(-40, 11)(random);
    ASSERT_EQ(bits_of(math::sinh(-x)), bits_of(-math::sinh(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::cosh(-x)), bits_of(math::cosh(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::tanh(-x)), bits_of(-math::tanh(x))) << std::hexfloat << x;
  }
}

TEST(Hyperbolic, NeverFallWhereTheirPiecesMeet) {
  for (const double middle : {0.25, half_ln2, 3 * half_ln2, 0.5 * half_ln2, 1.5 * half_ln2, 20.0}) {
    double x = middle;
    for (int i = 0; i < 500; ++i) x = std::nextafter(x, 0.0);
    for (int i = 0; i < 1000; ++i) {
      const double above = std::nextafter(x, inf);
      ASSERT_LE(math::sinh(x), math::sinh(above)) << std::hexfloat << x;
      ASSERT_LE(math::cosh(x), math::cosh(above)) << std::hexfloat << x;
      ASSERT_LE(math::tanh(x), math::tanh(above)) << std::hexfloat << x;
      x = above;
    }
  }
}

TEST(Hyperbolic, SpecialValues) {
  for (const double x : {0.0, -0.0, 5e-324, -5e-324, 1e-300}) {
    EXPECT_EQ(bits_of(math::sinh(x)), bits_of(x));
    EXPECT_EQ(bits_of(math::tanh(x)), bits_of(x));
    EXPECT_EQ(math::cosh(x), 1.0);
  }
  EXPECT_EQ(math::sinh(inf), inf);
  EXPECT_EQ(math::sinh(-inf), -inf);
  EXPECT_EQ(math::cosh(inf), inf);
  EXPECT_EQ(math::cosh(-inf), inf);
  EXPECT_EQ(math::tanh(inf), 1.0);
  EXPECT_EQ(math::tanh(-inf), -1.0);
  EXPECT_EQ(math::tanh(20.0), 1.0);
  EXPECT_LT(math::tanh(19.0), 1.0);
  for (const double x : {largest, std::nextafter(largest, inf)}) {
    EXPECT_EQ(std::isinf(math::sinh(x)), x > largest);
    EXPECT_EQ(std::isinf(math::cosh(-x)), x > largest);
  }
  EXPECT_EQ(bits_of(math::sinh(-0.0f)), bits_of(-0.0f));
  EXPECT_EQ(math::sinh(0x1p-149f), 0x1p-149f);
  EXPECT_EQ(math::sinh(-90.0f), -float_inf);
  EXPECT_EQ(math::cosh(-90.0f), float_inf);
  EXPECT_EQ(math::tanh(-90.0f), -1.0f);
}

TEST(Hyperbolic, EveryNanIsTheCanonicalOne) {
  for (const double x : odd_nans) {
    EXPECT_EQ(bits_of(math::sinh(x)), canonical_double);
    EXPECT_EQ(bits_of(math::cosh(x)), canonical_double);
    EXPECT_EQ(bits_of(math::tanh(x)), canonical_double);
  }
  const float narrow = __builtin_bit_cast(float, 0xffc00123u);
  EXPECT_EQ(bits_of(math::sinh(narrow)), canonical_float);
  EXPECT_EQ(bits_of(math::cosh(narrow)), canonical_float);
  EXPECT_EQ(bits_of(math::tanh(narrow)), canonical_float);
}

TEST(Hyperbolic, GoldenBits) {
  // The bits of results hang on these: a change of them is told in the changelog.
  EXPECT_EQ(hash_of_bits(first(own_sinh), first(own_cosh), first(own_tanh)), 3382018380932814477u);
}

}  // namespace
}  // namespace scatterfold::math_test

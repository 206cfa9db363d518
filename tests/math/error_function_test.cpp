// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "math/error_function.hpp"

#include "math/ulp.hpp"

namespace scatterfold::math_test {
namespace {

constexpr auto own_erf = [](auto x) { return math::erf(x); };
constexpr auto own_erfc = [](auto x) { return math::erfc(x); };
constexpr auto exact_erf = [](long double x) { return std::erf(x); };
constexpr auto exact_erfc = [](long double x) { return std::erfc(x); };

// What 3 * 10^7 draws of each kind gave (error_function.hpp), with 5 % for draws not made.
constexpr double erf_bound = 1.04;
constexpr double erfc_bound = 1.18;

auto near(double point) {
  return [=](Random& random) { return point * (1 + magnitudes(-53, -5)(random)); };
}

TEST(ErrorFunction, ErfIsWithinItsBound) {
  for (const double range : {1.0, 6.5}) {
    EXPECT_ULP(worst_over<double>(own_erf, exact_erf, between(-range, range)), erf_bound);
  }
  EXPECT_ULP(worst_over<double>(own_erf, exact_erf, any_double), erf_bound);
  EXPECT_ULP(worst_over<double>(own_erf, exact_erf, magnitudes(-30, 3)), erf_bound);
  EXPECT_ULP(worst_over<double>(own_erf, exact_erf, magnitudes(-1074, -1000)), erf_bound);
  EXPECT_ULP(worst_over<double>(own_erf, exact_erf, near(0.84375)), erf_bound);
  EXPECT_ULP(worst_over<double>(own_erf, exact_erf, near(6)), erf_bound);
  EXPECT_ULP(worst_over<float>(own_erf, exact_erf, any_float), float_bound);
  EXPECT_ULP(worst_over<float>(own_erf, exact_erf, between(-4, 4)), float_bound);
  EXPECT_ULP(worst_over<float>(own_erf, exact_erf, magnitudes(-149, -120)), float_bound);
}

TEST(ErrorFunction, ErfcIsWithinItsBoundDownToUnderflow) {
  const double edges[] = {-6.5, -0.5, 0.0, 0.5, 1.25, 3, 8, 20, 26.5, 28};  // from 26.54 on subnormal
  for (int i = 0; i + 1 < 10; ++i) {
    EXPECT_ULP(worst_over<double>(own_erfc, exact_erfc, between(edges[i], edges[i + 1])), erfc_bound);
  }
  EXPECT_ULP(worst_over<double>(own_erfc, exact_erfc, any_double), erfc_bound);
  EXPECT_ULP(worst_over<double>(own_erfc, exact_erfc, magnitudes(-60, 5)), erfc_bound);
  for (const double meeting : {0.5, -0.5, 26.54, 27.22, 28.0}) {
    EXPECT_ULP(worst_over<double>(own_erfc, exact_erfc, near(meeting)), erfc_bound);
  }
  EXPECT_ULP(worst_over<float>(own_erfc, exact_erfc, any_float), float_bound);
  EXPECT_ULP(worst_over<float>(own_erfc, exact_erfc, between(-4, 4)), float_bound);
  EXPECT_ULP(worst_over<float>(own_erfc, exact_erfc, between(9, 10.2)), float_bound);  // subnormal
}

TEST(ErrorFunction, TheSameWithoutBranches) {
  Random random(11);
  const auto check = [](double x) {
    ASSERT_EQ(bits_of(math::erf(x)), bits_of(math::erf_in_range(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::erfc(x)), bits_of(math::erfc_in_range(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::erf(-x)), bits_of(-math::erf(x))) << std::hexfloat << x;
  };
  for (int i = 0; i < 50000; ++i) {
    check(any_double(random));
    check(between(-30, 30)(random));
    for (const double meeting : {0.5, 0.84375, 6.0, 28.0}) check(near(meeting)(random));
  }
  for (const double x : {0.0, -0.0, 0x1p-1074, 0.5, 0.84375, 6.0, 28.0, 1e300, inf, -inf}) check(x);
}

TEST(ErrorFunction, SpecialValues) {
  EXPECT_BITS(math::erf(0.0), 0.0);
  EXPECT_BITS(math::erf(-0.0), -0.0);
  EXPECT_BITS(math::erf(-0.0f), -0.0f);
  EXPECT_BITS(math::erf(0x1p-1074), 0x1p-1074);
  EXPECT_BITS(math::erf(inf), 1.0);
  EXPECT_BITS(math::erf(-inf), -1.0);
  EXPECT_BITS(math::erf(5.93), 1.0);
  EXPECT_BITS(math::erfc(0.0), 1.0);
  EXPECT_BITS(math::erfc(-0.0), 1.0);
  EXPECT_BITS(math::erfc(0x1p-1074), 1.0);
  EXPECT_BITS(math::erfc(inf), 0.0);
  EXPECT_BITS(math::erfc(-inf), 2.0);
  EXPECT_BITS(math::erfc(-7.0), 2.0);
  EXPECT_BITS(math::erfc(27.226017111108363), 0x1p-1074);  // the last that is not 0
  EXPECT_BITS(math::erfc(27.226017111108370), 0.0);
  EXPECT_BITS(math::erfc(27.5), 0.0);
  EXPECT_BITS(math::erfc(0x1.fffffffffffffp+1023), 0.0);
  EXPECT_BITS(math::erfc(11.0f), 0.0f);
  for (const double odd : odd_nans) {
    EXPECT_BITS(math::erf(odd), nan);
    EXPECT_BITS(math::erfc(odd), nan);
    EXPECT_BITS(math::erf(static_cast<float>(odd)), nan);
    EXPECT_BITS(math::erfc(static_cast<float>(odd)), nan);
  }
}

}  // namespace
}  // namespace scatterfold::math_test

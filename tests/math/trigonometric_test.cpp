// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "math/trigonometric.hpp"

#include "math/ulp.hpp"

namespace scatterfold::math_test {
namespace {

constexpr auto own_tan = [](auto x) { return math::tan(x); };
constexpr auto own_sin = [](auto x) { return math::sin(x); };
constexpr auto own_cos = [](auto x) { return math::cos(x); };
constexpr auto exact_tan = [](long double x) { return std::tan(x); };
constexpr auto exact_sin = [](long double x) { return std::sin(x); };
constexpr auto exact_cos = [](long double x) { return std::cos(x); };

// What 10^7 draws of each kind gave (trigonometric.hpp), with 5 % for draws not made.
constexpr double tan_bound = 0.93;

/// The float64 next to a multiple of pi/2, a few steps off: the hardest cancellation, and where branches meet.
double near_half_pi(Random& random) {
  constexpr long double half_pi = 1.57079632679489661923132169163975144L;
  double x = static_cast<double>((random() >> (random() % 44 + 20)) * half_pi);
  for (std::uint64_t steps = random() % 4; steps > 0; --steps) x = std::nextafter(x, inf);
  return x;
}
double near_odd_quarter_pi(Random& random) {
  const double x = std::round(between(-1000, 1000)(random)) * 2 + 1;
  return x * 0.78539816339744831 * (1 + magnitudes(-52, -20)(random));
}

TEST(Trigonometric, TanIsWithinItsBound) {
  for (const double range : {0.8, 10.0, 0x1p20, 0x1p22, 0x1p62}) {
    EXPECT_ULP(worst_over<double>(own_tan, exact_tan, between(-range, range)), tan_bound);
  }
  EXPECT_ULP(worst_over<double>(own_tan, exact_tan, any_double), tan_bound);
  EXPECT_ULP(worst_over<double>(own_tan, exact_tan, magnitudes(-40, 2)), tan_bound);
  EXPECT_ULP(worst_over<double>(own_tan, exact_tan, magnitudes(-28, -26)), tan_bound);
  EXPECT_ULP(worst_over<double>(own_tan, exact_tan, between(1647098, 1647100)), tan_bound);  // 2^20 pi/2
  EXPECT_ULP(worst_over<double>(own_tan, exact_tan, near_half_pi), tan_bound);
  EXPECT_ULP(worst_over<double>(own_tan, exact_tan, near_odd_quarter_pi), tan_bound);
  // The worst case of all float64 (Muller, Elementary Functions, table 11.1).
  const double hard = std::ldexp(6381956970095103.0, 797);
  EXPECT_LE(ulp_error(math::tan(hard), std::tan(static_cast<long double>(hard))), tan_bound);
}

TEST(Trigonometric, FloatsAreWithinTheirBound) {
  const auto all = [](const auto& own, const auto& exact) {
    EXPECT_ULP(worst_over<float>(own, exact, any_float), float_bound);
    EXPECT_ULP(worst_over<float>(own, exact, between(-10, 10)), float_bound);
    EXPECT_ULP(worst_over<float>(own, exact, magnitudes(-149, -120)), float_bound);
    EXPECT_ULP(worst_over<float>(own, exact, near_half_pi), float_bound);
  };
  all(own_tan, exact_tan);
  all(own_sin, exact_sin);
  all(own_cos, exact_cos);
}

TEST(Trigonometric, TanIsOddAndTheSameWithoutBranches) {
  Random random(11);
  for (int i = 0; i < 100000; ++i) {
    const double x = i % 2 == 0 ? any_double(random) : magnitudes(-27, 20)(random);
    ASSERT_EQ(bits_of(math::tan(-x)), bits_of(-math::tan(x))) << std::hexfloat << x;
    if (std::abs(x) >= 0x1p-27 && std::abs(x) < 0x1p20) {
      ASSERT_EQ(bits_of(math::tan(x)), bits_of(math::tan_in_range(x)));
    }
  }
}

TEST(Trigonometric, OfMediumHasTheSameBitsWithoutBranches) {
  Random random(12);
  for (int i = 0; i < 400000; ++i) {
    const double wide = i % 3 == 0 ? any_double(random) : magnitudes(-30, 21)(random);
    const float x = i % 3 == 1 ? any_float(random) : static_cast<float>(wide);
    if (math::is_medium(wide)) {
      ASSERT_EQ(bits_of(math::sin_of_medium(wide)), bits_of(math::sin(wide))) << std::hexfloat << wide;
      ASSERT_EQ(bits_of(math::cos_of_medium(wide)), bits_of(math::cos(wide))) << std::hexfloat << wide;
      ASSERT_EQ(bits_of(math::tan_of_medium(wide)), bits_of(math::tan(wide))) << std::hexfloat << wide;
    }
    if (math::is_medium(x)) {
      ASSERT_EQ(bits_of(math::sin_of_medium(x)), bits_of(math::sin(x))) << std::hexfloat << x;
      ASSERT_EQ(bits_of(math::cos_of_medium(x)), bits_of(math::cos(x))) << std::hexfloat << x;
      ASSERT_EQ(bits_of(math::tan_of_medium(x)), bits_of(math::tan(x))) << std::hexfloat << x;
    }
  }
  for (const double x : {0.0, -0.0, inf, -inf, odd_nans[0], odd_nans[1], odd_nans[2], odd_nans[3]}) {
    EXPECT_TRUE(math::is_medium(x));
    EXPECT_BITS(math::sin_of_medium(x), math::sin(x));
    EXPECT_BITS(math::cos_of_medium(x), math::cos(x));
    EXPECT_BITS(math::tan_of_medium(x), math::tan(x));
  }
  EXPECT_FALSE(math::is_medium(-0x1p21));
}

TEST(Trigonometric, SpecialValues) {
  EXPECT_BITS(math::tan(0.0), 0.0);
  EXPECT_BITS(math::tan(-0.0), -0.0);
  EXPECT_BITS(math::tan(0x1p-1074), 0x1p-1074);
  EXPECT_BITS(math::tan(-0x1p-1022), -0x1p-1022);
  EXPECT_BITS(math::tan(-0.0f), -0.0f);
  EXPECT_BITS(math::sin(-0.0f), -0.0f);
  EXPECT_BITS(math::sin(0x1p-149f), 0x1p-149f);
  EXPECT_BITS(math::cos(0.0f), 1.0f);
  for (const double x : {inf, -inf, odd_nans[0], odd_nans[1], odd_nans[2], odd_nans[3]}) {
    EXPECT_BITS(math::tan(x), nan);
    EXPECT_BITS(math::tan(static_cast<float>(x)), nan);
    EXPECT_BITS(math::sin(static_cast<float>(x)), nan);
    EXPECT_BITS(math::cos(static_cast<float>(x)), nan);
  }
}

}  // namespace
}  // namespace scatterfold::math_test

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "math/inverse_trigonometric.hpp"

#include "math/ulp.hpp"

namespace scatterfold::math_test {
namespace {

constexpr auto own_asin = [](auto x) { return math::asin(x); };
constexpr auto own_acos = [](auto x) { return math::acos(x); };
constexpr auto own_atan = [](auto x) { return math::atan(x); };
constexpr auto own_atan2 = [](auto y, auto x) { return math::atan2(y, x); };
constexpr auto exact_asin = [](long double x) { return std::asin(x); };
constexpr auto exact_acos = [](long double x) { return std::acos(x); };
constexpr auto exact_atan = [](long double x) { return std::atan(x); };
constexpr auto exact_atan2 = [](long double y, long double x) { return std::atan2(y, x); };

// What 10^7 draws of each kind gave (inverse_trigonometric.hpp), with 5 % for draws not made.
constexpr double asin_bound = 0.78;
constexpr double acos_bound = 0.72;
constexpr double atan_bound = 0.95;
constexpr double atan2_bound = 0.91;

/// `point` and numbers close by, at all distances.
auto near(double point) {
  return [=](Random& random) { return point * (1 + magnitudes(-53, -5)(random)); };
}
/// Up to 1 (or -1) from inside, at all distances.
auto inside(double end) {
  return [=](Random& random) { return end * (1 - std::exp2(between(-54, -1)(random))); };
}

TEST(InverseTrigonometric, AsinAndAcosAreWithinTheirBound) {
  const auto all = [](const auto& own, const auto& exact, double bound) {
    EXPECT_ULP(worst_over<double>(own, exact, between(-1, 1)), bound);
    EXPECT_ULP(worst_over<double>(own, exact, magnitudes(-60, 0)), bound);
    EXPECT_ULP(worst_over<double>(own, exact, magnitudes(-1074, -500)), bound);
    for (const double end : {1.0, -1.0}) {
      EXPECT_ULP(worst_over<double>(own, exact, inside(end)), bound);
      EXPECT_ULP(worst_over<double>(own, exact, near(0.5 * end)), bound);
      EXPECT_ULP(worst_over<float>(own, exact, inside(end)), float_bound);
    }
    EXPECT_ULP(worst_over<float>(own, exact, between(-1, 1)), float_bound);
    EXPECT_ULP(worst_over<float>(own, exact, magnitudes(-149, 0)), float_bound);
  };
  all(own_asin, exact_asin, asin_bound);
  all(own_acos, exact_acos, acos_bound);
}

TEST(InverseTrigonometric, AtanIsWithinItsBound) {
  for (const double range : {1.0, 3.0, 100.0}) {
    EXPECT_ULP(worst_over<double>(own_atan, exact_atan, between(-range, range)), atan_bound);
  }
  EXPECT_ULP(worst_over<double>(own_atan, exact_atan, any_double), atan_bound);
  EXPECT_ULP(worst_over<double>(own_atan, exact_atan, magnitudes(-30, 10)), atan_bound);
  EXPECT_ULP(worst_over<double>(own_atan, exact_atan, magnitudes(-1074, -1000)), atan_bound);
  for (const double meeting : {0.4375, 0.6875, 1.0, 1 / 0.6875, 1 / 0.4375}) {
    EXPECT_ULP(worst_over<double>(own_atan, exact_atan, near(meeting)), atan_bound);
  }
  EXPECT_ULP(worst_over<float>(own_atan, exact_atan, any_float), float_bound);
  EXPECT_ULP(worst_over<float>(own_atan, exact_atan, between(-3, 3)), float_bound);
}

TEST(InverseTrigonometric, Atan2IsWithinItsBound) {
  const auto check = [](const auto& y, const auto& x) {
    EXPECT_ULP(worst_over_pairs<double>(own_atan2, exact_atan2, y, x), atan2_bound);
  };
  check(between(-1, 1), between(-1, 1));
  check(magnitudes(-5, 5), magnitudes(-5, 5));
  check(magnitudes(-40, 40), magnitudes(-40, 40));
  check(any_double, any_double);
  check(magnitudes(-470, -430), magnitudes(-470, -430));  // where scaling begins
  check(magnitudes(430, 470), magnitudes(430, 470));
  check(magnitudes(1000, 1024), magnitudes(1000, 1024));
  check(magnitudes(-1074, -1000), magnitudes(-1074, -1000));
  check(magnitudes(-1074, -500), magnitudes(-10, 570));  // to subnormal results
  for (const double meeting : {0.4375, 0.6875, 1.0, 1 / 0.6875, 1 / 0.4375}) {
    check(near(meeting), near(1.0));
    check(near(meeting), near(-1.0));
  }
  EXPECT_ULP(worst_over_pairs<float>(own_atan2, exact_atan2, any_float, any_float), float_bound);
  EXPECT_ULP(worst_over_pairs<float>(own_atan2, exact_atan2, between(-1, 1), between(-1, 1)), float_bound);
  EXPECT_ULP(worst_over_pairs<float>(own_atan2, exact_atan2, magnitudes(-149, -120), magnitudes(-10, 20)), float_bound);
}

TEST(InverseTrigonometric, Symmetries) {
  Random random(11);
  for (int i = 0; i < 100000; ++i) {
    const double x = any_double(random), y = i % 2 == 0 ? any_double(random) : x * magnitudes(-3, 3)(random);
    const double u = between(-1, 1)(random);
    ASSERT_EQ(bits_of(math::asin(-u)), bits_of(-math::asin(u))) << std::hexfloat << u;
    ASSERT_EQ(bits_of(math::atan(-x)), bits_of(-math::atan(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::atan2(-y, x)), bits_of(-math::atan2(y, x))) << std::hexfloat << y << " " << x;
  }
}

TEST(InverseTrigonometric, ArgumentsAtTheEndsOfTheirRange) {
  constexpr double half_pi = 1.57079632679489662;
  EXPECT_BITS(math::asin(0.0), 0.0);
  EXPECT_BITS(math::asin(-0.0), -0.0);
  EXPECT_BITS(math::asin(0x1p-1074), 0x1p-1074);
  EXPECT_BITS(math::asin(1.0), half_pi);
  EXPECT_BITS(math::asin(-1.0), -half_pi);
  EXPECT_BITS(math::acos(1.0), 0.0);
  EXPECT_BITS(math::acos(-1.0), 2 * half_pi);
  EXPECT_BITS(math::acos(0.0), half_pi);
  EXPECT_BITS(math::acos(-0.0), half_pi);
  EXPECT_BITS(math::acos(1.0f), 0.0f);
  EXPECT_BITS(math::atan(0.0), 0.0);
  EXPECT_BITS(math::atan(-0.0), -0.0);
  EXPECT_BITS(math::atan(-0.0f), -0.0f);
  EXPECT_BITS(math::atan(1.0), half_pi / 2);
  EXPECT_BITS(math::atan(0x1p-1074), 0x1p-1074);
  EXPECT_BITS(math::atan(inf), half_pi);
  EXPECT_BITS(math::atan(-inf), -half_pi);
  for (const double x : {std::nextafter(1.0, 2.0), -std::nextafter(1.0, 2.0), 2.0, inf, -inf, odd_nans[0], odd_nans[1],
                         odd_nans[2], odd_nans[3]}) {
    EXPECT_BITS(math::asin(x), nan);
    EXPECT_BITS(math::acos(x), nan);
    if (static_cast<float>(x) == 1.0f || static_cast<float>(x) == -1.0f) continue;
    EXPECT_BITS(math::asin(static_cast<float>(x)), nan);
    EXPECT_BITS(math::acos(static_cast<float>(x)), nan);
  }
  for (const double odd : odd_nans) {
    EXPECT_BITS(math::atan(odd), nan);
    EXPECT_BITS(math::atan(static_cast<float>(odd)), nan);
    for (const double x : {0.0, 1.0, -inf}) {
      EXPECT_BITS(math::atan2(odd, x), nan);
      EXPECT_BITS(math::atan2(x, odd), nan);
      EXPECT_BITS(math::atan2(static_cast<float>(x), static_cast<float>(odd)), nan);
    }
  }
}

TEST(InverseTrigonometric, Atan2OfZerosAndInfinities) {
  // Annex F, 10.1.4: the C library's own results are the same for every pair of these.
  const double values[] = {0.0, 0x1p-1074, 0x1p-1022, 0x1p-451, 1.0, 0x1p451, 0x1.fffffffffffffp+1023, inf};
  for (const double up : values) {
    for (const double across : values) {
      for (const double y : {up, -up}) {
        for (const double x : {across, -across}) {
          EXPECT_BITS(math::atan2(y, x), std::atan2(y, x)) << " of " << y << " " << x;
          const float g = static_cast<float>(y), f = static_cast<float>(x);
          EXPECT_BITS(math::atan2(g, f),
                      static_cast<float>(std::atan2(static_cast<double>(g), static_cast<double>(f))));
        }
      }
    }
  }
}

TEST(InverseTrigonometric, MonotonicWhereTheSeriesMeet) {
  for (const double meeting : {0.4375, 0.6875, 1.0, 1 / 0.6875, 1 / 0.4375, 0.5}) {
    double x = meeting;
    for (int i = 0; i < 1000; ++i) x = std::nextafter(x, 0.0);
    for (int i = 0; i < 2000; ++i) {
      const double next = std::nextafter(x, inf);
      ASSERT_LE(math::atan(x), math::atan(next)) << std::hexfloat << x;
      if (next <= 1) {
        ASSERT_LE(math::asin(x), math::asin(next)) << std::hexfloat << x;
        ASSERT_GE(math::acos(x), math::acos(next)) << std::hexfloat << x;
      }
      x = next;
    }
  }
}

}  // namespace
}  // namespace scatterfold::math_test

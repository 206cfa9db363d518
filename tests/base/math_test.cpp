// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace scatterfold {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int samples = 400000;

/// |computed - exact| in units in the last place of the exact value, as float64 would hold it.
double ulp_error(double computed, long double exact) {
  if (static_cast<long double>(computed) == exact) return 0;
  const double rounded = static_cast<double>(exact);
  if (std::isinf(rounded) || std::isinf(computed)) return computed == rounded ? 0 : inf;
  int exponent = 0;
  std::frexp(rounded, &exponent);
  const long double ulp = std::ldexp(1.0L, std::max(exponent - 53, -1074));
  return static_cast<double>(std::abs(static_cast<long double>(computed) - exact) / ulp);
}

using Function = double (*)(double);
using Exact = long double (*)(long double);

/// The worst error of `function` over `draw`, and where it was.
struct Worst {
  double error = 0, at = 0;
};
template <class Draw>
Worst worst_over(Function function, Exact exact, Draw draw) {
  std::mt19937_64 random(20240101);
  Worst worst;
  for (int i = 0; i < samples; ++i) {
    const double x = draw(random);
    const double error = ulp_error(function(x), exact(x));
    if (!(error <= worst.error)) worst = {error, x};
  }
  return worst;
}

auto between(double low, double high) {
  return [=](std::mt19937_64& random) { return std::uniform_real_distribution<double>(low, high)(random); };
}
/// Any positive finite float64, all exponents alike.
double any_positive(std::mt19937_64& random) { return math::from_bits(random() % 0x7ff0000000000000ull); }

double own_log(double x) { return math::log(x); }
double own_exp(double x) { return math::exp(x); }
double own_sin(double x) { return math::sin(x); }
double own_cos(double x) { return math::cos(x); }
double own_sin_pi(double x) { return math::sin_pi(x); }
double own_cos_pi(double x) { return math::cos_pi(x); }
long double exact_log(long double x) { return std::log(x); }
long double exact_exp(long double x) { return std::exp(x); }
long double exact_sin(long double x) { return std::sin(x); }
long double exact_cos(long double x) { return std::cos(x); }
constexpr long double pi = 3.14159265358979323846264338327950288L;
long double exact_sin_pi(long double x) {
  const long double rest = std::remainder(x, 2.0L);  // exact
  if (std::abs(rest) > 0.5L) return std::sin(pi * (std::copysign(1.0L, rest) - rest));
  return std::sin(pi * rest);
}
long double exact_cos_pi(long double x) {
  const long double rest = std::abs(std::remainder(x, 2.0L));
  if (rest < 0.25L) return std::cos(pi * rest);
  if (rest > 0.75L) return -std::cos(pi * (1 - rest));
  return std::sin(pi * (0.5L - rest));
}

#define EXPECT_BOUND(worst, bound)                                       \
  do {                                                                   \
    const Worst found = worst;                                           \
    EXPECT_LE(found.error, bound) << "at " << std::hexfloat << found.at; \
  } while (false)

// The bounds are what 3 * 10^7 draws of each kind gave (math.hpp), with 5 % for draws not made; fewer are drawn here.
TEST(Math, LogIsWithinItsBound) {
  EXPECT_BOUND(worst_over(own_log, exact_log, any_positive), 0.90);
  EXPECT_BOUND(worst_over(own_log, exact_log, between(0.5, 2)), 0.90);
  EXPECT_BOUND(worst_over(own_log, exact_log, between(0, 0x1p-1021)), 0.90);
}

TEST(Math, ExpIsWithinItsBound) {
  EXPECT_BOUND(worst_over(own_exp, exact_exp, between(-1, 1)), 0.94);
  EXPECT_BOUND(worst_over(own_exp, exact_exp, between(-708, 709.7)), 0.94);
  EXPECT_BOUND(worst_over(own_exp, exact_exp, between(-746, -707)), 0.94);
}

TEST(Math, SinAndCosAreWithinTheirBound) {
  for (const double range : {1.0, 10.0, 0x1p20, 0x1p21, 0x1p22, 0x1p40, 0x1p62}) {
    EXPECT_BOUND(worst_over(own_sin, exact_sin, between(-range, range)), 0.85);
    EXPECT_BOUND(worst_over(own_cos, exact_cos, between(-range, range)), 0.85);
  }
  EXPECT_BOUND(worst_over(own_sin, exact_sin, any_positive), 0.85);
  EXPECT_BOUND(worst_over(own_cos, exact_cos, any_positive), 0.85);
}

TEST(Math, SinAndCosNearMultiplesOfHalfPi) {
  // The float64 nearest to a multiple of pi/2 and its neighbours: the hardest cancellation.
  std::mt19937_64 random(7);
  for (int i = 0; i < samples / 4; ++i) {
    const std::uint64_t n = random() >> (random() % 44 + 20);
    double x = static_cast<double>(n * (pi / 2));
    for (int step = 0; step < 3; ++step, x = std::nextafter(x, inf)) {
      ASSERT_LE(ulp_error(math::sin(x), std::sin(static_cast<long double>(x))), 0.85) << n;
      ASSERT_LE(ulp_error(math::cos(-x), std::cos(static_cast<long double>(x))), 0.85) << n;
    }
  }
  // The worst case of all float64, 6381956970095103 * 2^797 (Muller, Elementary Functions, table 11.1).
  const double hard = std::ldexp(6381956970095103.0, 797);
  EXPECT_LE(ulp_error(math::cos(hard), std::cos(static_cast<long double>(hard))), 0.85);
  EXPECT_NEAR(math::cos(hard), -4.6871659242546277e-19, 1e-33);
}

TEST(Math, SinPiAndCosPiAreWithinTheirBound) {
  for (const double range : {0.25, 2.0, 1000.0, 0x1p40, 0x1p51, 0x1p54}) {
    EXPECT_BOUND(worst_over(own_sin_pi, exact_sin_pi, between(-range, range)), 0.85);
    EXPECT_BOUND(worst_over(own_cos_pi, exact_cos_pi, between(-range, range)), 0.85);
  }
  EXPECT_BOUND(worst_over(own_sin_pi, exact_sin_pi, any_positive), 0.85);
  EXPECT_BOUND(worst_over(own_cos_pi, exact_cos_pi, any_positive), 0.85);
}

TEST(Math, SqrtIsCorrectlyRounded) {
  std::mt19937_64 random(3);
  for (int i = 0; i < samples; ++i) {
    const double x = any_positive(random);
    ASSERT_EQ(math::sqrt(x), std::sqrt(x));
  }
  EXPECT_EQ(math::sqrt(inf), inf);
  EXPECT_EQ(math::to_bits(math::sqrt(-0.0)), math::to_bits(-0.0));
  EXPECT_EQ(math::sqrt(5e-324), std::sqrt(5e-324));
}

TEST(Math, SpecialValues) {
  EXPECT_EQ(math::log(0.0), -inf);
  EXPECT_EQ(math::log(-0.0), -inf);
  EXPECT_EQ(math::log(inf), inf);
  EXPECT_EQ(math::log(1.0), 0.0);
  EXPECT_LE(ulp_error(math::log(5e-324), std::log(static_cast<long double>(5e-324))), 0.9);
  EXPECT_EQ(math::exp(0.0), 1.0);
  EXPECT_EQ(math::exp(-0.0), 1.0);
  EXPECT_EQ(math::exp(inf), inf);
  EXPECT_EQ(math::exp(-inf), 0.0);
  EXPECT_EQ(math::exp(710.0), inf);
  EXPECT_LT(math::exp(709.782712893384), inf);
  EXPECT_EQ(math::exp(-745.2), 0.0);
  EXPECT_EQ(math::exp(-745.13), 5e-324);
  EXPECT_EQ(math::cos(0.0), 1.0);
  EXPECT_EQ(math::to_bits(math::sin(-0.0)), math::to_bits(-0.0));
  EXPECT_EQ(math::sin(5e-324), 5e-324);
  EXPECT_EQ(math::sin_pi(1.0), 0.0);
  EXPECT_EQ(math::to_bits(math::sin_pi(-3.0)), math::to_bits(-0.0));
  EXPECT_EQ(math::sin_pi(0.5), 1.0);
  EXPECT_EQ(math::sin_pi(-0.5), -1.0);
  EXPECT_EQ(math::cos_pi(1.0), -1.0);
  EXPECT_EQ(math::cos_pi(0x1p53), 1.0);
  EXPECT_EQ(math::to_bits(math::cos_pi(0.5)), math::to_bits(0.0));
  EXPECT_EQ(math::to_bits(math::cos_pi(1.5)), math::to_bits(0.0));
  EXPECT_EQ(math::sin_pi(1e-310), static_cast<double>(1e-310L * pi));
}

TEST(Math, EveryNanIsTheCanonicalOne) {
  const double odd_nan = math::from_bits(0xfff8000000000123ull);
  for (Function function : {own_log, own_exp, own_sin, own_cos, own_sin_pi, own_cos_pi,
                            Function(+[](double x) { return math::sqrt(x); })}) {
    EXPECT_EQ(math::to_bits(function(nan)), 0x7ff8000000000000ull);
    EXPECT_EQ(math::to_bits(function(odd_nan)), 0x7ff8000000000000ull);
  }
  EXPECT_EQ(math::to_bits(math::log(-1.0)), 0x7ff8000000000000ull);
  EXPECT_EQ(math::to_bits(math::sqrt(-1.0)), 0x7ff8000000000000ull);
  for (Function function : {own_sin, own_cos, own_sin_pi, own_cos_pi}) {
    EXPECT_EQ(math::to_bits(function(inf)), 0x7ff8000000000000ull);
    EXPECT_EQ(math::to_bits(function(-inf)), 0x7ff8000000000000ull);
  }
}

TEST(Math, ExactConversions) {
  for (const std::uint64_t x : {0ull, 1ull, 0x7ffffffull, 0x8000000ull, 0x1fffffffffffffull}) {
    EXPECT_EQ(math::bits53_to_double(x), static_cast<double>(x));
  }
  for (const std::int64_t k : {0ll, 1ll, -1ll, 1023ll, -1074ll}) {
    EXPECT_EQ(math::whole_to_double(static_cast<math::Bits>(k)), static_cast<double>(k));
  }
}

TEST(Math, GoldenBits) {
  // Frozen: the bits of every generated dataset hang on these. Change them with the version in the output only.
  std::uint64_t hash = 0xcbf29ce484222325ull;  // FNV-1a over the results
  std::mt19937_64 random(99);
  const auto add = [&hash](double value) { hash = (hash ^ math::to_bits(value)) * 0x100000001b3ull; };
  for (int i = 0; i < 100000; ++i) {
    const double x = any_positive(random);
    const double small = between(-800, 800)(random);
    add(math::log(x));
    add(math::exp(small));
    add(math::sin(x));
    add(math::cos(small));
    add(math::sin_pi(small));
    add(math::cos_pi(small));
    add(math::sqrt(x));
  }
  EXPECT_EQ(hash, 2475084693702610976u);
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "math/rounding.hpp"

#include <cstdint>

#include "math/ulp.hpp"

namespace scatterfold::math_test {
namespace {

constexpr int samples = 400000;

/// Arguments of each kind in turn: any number, and numbers with a fraction, also an exact half.
double any_argument(int i, Random& random) {
  switch (i % 5) {
    case 0: return any_double(random);
    case 1: return between(-4, 4)(random);
    case 2: return magnitudes(-3, 54)(random);
    case 3: return std::ldexp(static_cast<double>(random() >> (11 + random() % 53)), -1) * (random() % 2 ? 1 : -1);
    default: return std::nextafter(std::round(between(-1e6, 1e6)(random)) * 0.5, random() % 2 ? inf : -inf);
  }
}

/// NaN of any kind becomes the canonical one, in both types.
#define EXPECT_CANONICAL_NANS(function)                                                          \
  for (const double odd : odd_nans) {                                                            \
    EXPECT_EQ(bits_of(function(odd)), canonical_double) << #function;                            \
    EXPECT_EQ(bits_of(function(static_cast<float>(odd))), canonical_float) << #function << " f"; \
  }

TEST(Rounding, IsThatOfTheCLibrary) {
  Random random(1);
  for (int i = 0; i < samples; ++i) {
    const double x = any_argument(i, random);
    const float f = i % 5 == 0 ? any_float(random) : static_cast<float>(x);
    ASSERT_EQ(bits_of(math::trunc(x)), bits_of(std::trunc(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::floor(x)), bits_of(std::floor(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::ceil(x)), bits_of(std::ceil(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::round(x)), bits_of(std::round(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::fabs(x)), bits_of(std::fabs(x))) << std::hexfloat << x;
    ASSERT_EQ(bits_of(math::trunc(f)), bits_of(std::trunc(f))) << std::hexfloat << f;
    ASSERT_EQ(bits_of(math::floor(f)), bits_of(std::floor(f))) << std::hexfloat << f;
    ASSERT_EQ(bits_of(math::ceil(f)), bits_of(std::ceil(f))) << std::hexfloat << f;
    ASSERT_EQ(bits_of(math::round(f)), bits_of(std::round(f))) << std::hexfloat << f;
    ASSERT_EQ(bits_of(math::fabs(f)), bits_of(std::fabs(f))) << std::hexfloat << f;
  }
}

TEST(Rounding, SpecialValues) {
  for (const double x : {0.0, 0x1p-1074, 0.25, 0.49999999999999994, 0.5, 0.9999999999999999, 1.5, 2.5, 0x1p51 + 0.5,
                         0x1p52 - 0.5, 0x1p52, 0x1p52 + 1, 0x1p53, 0x1.fffffffffffffp+1023, inf}) {
    for (const double y : {x, -x}) {
      EXPECT_BITS(math::trunc(y), std::trunc(y));
      EXPECT_BITS(math::floor(y), std::floor(y));
      EXPECT_BITS(math::ceil(y), std::ceil(y));
      EXPECT_BITS(math::round(y), std::round(y));
    }
  }
  EXPECT_BITS(math::ceil(-0.5), -0.0);
  EXPECT_BITS(math::round(-0.5), -1.0);
  EXPECT_BITS(math::round(0.49999999999999994), 0.0);
  EXPECT_BITS(math::floor(-0.0f), -0.0f);
  EXPECT_CANONICAL_NANS(math::trunc);
  EXPECT_CANONICAL_NANS(math::floor);
  EXPECT_CANONICAL_NANS(math::ceil);
  EXPECT_CANONICAL_NANS(math::round);
  EXPECT_CANONICAL_NANS(math::fabs);
  EXPECT_CANONICAL_NANS(math::sqrt);
}

TEST(Rounding, SmallerAndLarger) {
  const double values[] = {-inf, -1.0, -0x1p-1074, -0.0, 0.0, 0x1p-1074, 1.0, inf};  // in their order
  for (int i = 0; i < 8; ++i) {
    for (int j = 0; j < 8; ++j) {
      EXPECT_BITS(math::fmin(values[i], values[j]), values[std::min(i, j)]);
      EXPECT_BITS(math::fmax(values[i], values[j]), values[std::max(i, j)]);
      const float x = static_cast<float>(values[i]), y = static_cast<float>(values[j]);
      if (std::abs(values[i]) == 0x1p-1074 || std::abs(values[j]) == 0x1p-1074) continue;  // not a float
      EXPECT_BITS(math::fmin(x, y), values[std::min(i, j)]);
      EXPECT_BITS(math::fmax(x, y), values[std::max(i, j)]);
    }
    for (const double odd : odd_nans) {
      EXPECT_BITS(math::fmin(values[i], odd), values[i]);
      EXPECT_BITS(math::fmin(odd, values[i]), values[i]);
      EXPECT_BITS(math::fmax(values[i], odd), values[i]);
      EXPECT_BITS(math::fmax(odd, values[i]), values[i]);
      EXPECT_BITS(math::fmin(odd, odd), nan);
      EXPECT_BITS(math::fmax(odd, nan), nan);
      const float narrow = static_cast<float>(odd);
      EXPECT_BITS(math::fmin(1.0f, narrow), 1.0f);
      EXPECT_BITS(math::fmax(narrow, -1.0f), -1.0f);
      EXPECT_BITS(math::fmax(narrow, narrow), nan);
    }
  }
  EXPECT_BITS(math::fmin(1e-45f, 3e-45f), 1e-45f);
}

TEST(Rounding, FmaIsExact) {
  // Whole numbers whose product and sum fit into 128 bits: the compiler's conversion of those rounds once.
  Random random(5);
  const auto whole = [&random](int bits) {
    const auto size = static_cast<__int128>(random() >> (64 - bits));
    return random() % 2 == 0 ? size : -size;
  };
  for (int i = 0; i < samples; ++i) {
    const __int128 a = whole(1 + static_cast<int>(random() % 53)), b = whole(1 + static_cast<int>(random() % 53));
    __int128 c = whole(1 + static_cast<int>(random() % 53)) << (random() % 70);
    if (i % 3 == 0) c = static_cast<__int128>(-static_cast<double>(a * b));  // what rounding the product loses
    const int moved = i % 7 == 0 ? -900 : 0;
    const double computed = math::fma(std::ldexp(static_cast<double>(a), moved), static_cast<double>(b),
                                      std::ldexp(static_cast<double>(c), moved));
    ASSERT_EQ(computed, std::ldexp(static_cast<double>(a * b + c), moved)) << i;
    const __int128 d = whole(24), e = whole(24), f = whole(24) << (random() % 60);
    ASSERT_EQ(math::fma(static_cast<float>(d), static_cast<float>(e), static_cast<float>(f)),
              static_cast<float>(d * e + f))
        << i;
  }
}

TEST(Rounding, FmaAtTheEdges) {
  const volatile double most = 0x1.fffffffffffffp+1023, least = 0x1p-1074, above_one = 1 + 0x1p-52;
  EXPECT_BITS(math::fma(most, 2.0, -most), most);  // the product alone overflows
  EXPECT_BITS(math::fma(most, 2.0, 0.0), inf);
  EXPECT_BITS(math::fma(above_one, above_one, -(1 + 0x1p-51)), 0x1p-104);
  // Subnormal results are rounded once: one unit and a little more, or less, than another half.
  EXPECT_BITS(math::fma(0.5 + 0x1p-53, least, least), 2 * 0x1p-1074);
  EXPECT_BITS(math::fma(0.5 - 0x1p-54, least, least), least);
  EXPECT_BITS(math::fma(0.5f + 0x1p-24f, 0x1p-149f, 0x1p-149f), 2 * 0x1p-149f);
  EXPECT_BITS(math::fma(0.5f - 0x1p-25f, 0x1p-149f, 0x1p-149f), 0x1p-149f);
  EXPECT_BITS(math::fma(least, least, -0x1p-1022), -0x1p-1022);
  EXPECT_BITS(math::fma(-0.0, 1.0, 0.0), 0.0);
  EXPECT_BITS(math::fma(-0.0, 1.0, -0.0), -0.0);
  EXPECT_BITS(math::fma(inf, 0.0, 1.0), nan);
  EXPECT_BITS(math::fma(inf, 1.0, -inf), nan);
  EXPECT_BITS(math::fma(std::numeric_limits<float>::infinity(), 0.0f, 1.0f), nan);
  for (const double odd : odd_nans) {
    EXPECT_BITS(math::fma(odd, 1.0, 1.0), nan);
    EXPECT_BITS(math::fma(1.0, 1.0, odd), nan);
    EXPECT_BITS(math::fma(1.0f, static_cast<float>(odd), 1.0f), nan);
  }
}

TEST(Rounding, SqrtOfFloatIsCorrectlyRounded) {
  Random random(3);
  for (int i = 0; i < samples; ++i) {
    const float x = std::abs(any_float(random));
    ASSERT_EQ(math::sqrt(x), static_cast<float>(std::sqrt(static_cast<long double>(x)))) << std::hexfloat << x;
  }
  EXPECT_BITS(math::sqrt(-0.0f), -0.0f);
  EXPECT_BITS(math::sqrt(-1.0f), nan);
  EXPECT_BITS(math::sqrt(-1.0), nan);
  EXPECT_BITS(math::sqrt(std::numeric_limits<float>::infinity()), inf);
}

TEST(Rounding, FmodIsThatOfTheCLibrary) {
  Random random(9);
  for (int i = 0; i < samples; ++i) {
    double x = any_argument(i, random), y = any_argument(i / 5, random);
    if (i % 7 == 0) y = std::ldexp(1.0 + static_cast<double>(random() % 8), static_cast<int>(random() % 2090) - 1074);
    if (i % 11 == 0) y = math::from_bits(random() >> (12 + random() % 50));  // subnormal
    if (i % 13 == 0) x = math::from_bits(random() >> (12 + random() % 50));
    if (i % 17 == 0) x = y * static_cast<double>(random() % 1000);
    if (y == 0 || std::isinf(x)) continue;
    ASSERT_EQ(bits_of(math::fmod(x, y)), bits_of(std::fmod(x, y))) << std::hexfloat << x << " " << y;
    const float f = any_float(random), g = any_float(random);
    ASSERT_EQ(bits_of(math::fmod(f, g)), bits_of(std::fmod(f, g))) << std::hexfloat << f << " " << g;
  }
}

TEST(Rounding, FmodSpecialValues) {
  EXPECT_BITS(math::fmod(0.0, 3.0), 0.0);
  EXPECT_BITS(math::fmod(-0.0, 3.0), -0.0);
  EXPECT_BITS(math::fmod(-6.0, 3.0), -0.0);
  EXPECT_BITS(math::fmod(5.5, inf), 5.5);
  EXPECT_BITS(math::fmod(-5.5, -inf), -5.5);
  EXPECT_BITS(math::fmod(1.0, 0.0), nan);
  EXPECT_BITS(math::fmod(inf, 1.0), nan);
  EXPECT_BITS(math::fmod(0x1.fffffffffffffp+1023, 0x1p-1074), 0.0);
  EXPECT_BITS(math::fmod(0x1.fffffffffffffp+1023, 3 * 0x1p-1074), std::fmod(0x1.fffffffffffffp+1023, 3 * 0x1p-1074));
  for (const double odd : odd_nans) {
    EXPECT_BITS(math::fmod(odd, 1.0), nan);
    EXPECT_BITS(math::fmod(1.0, odd), nan);
    EXPECT_BITS(math::fmod(1.0f, static_cast<float>(odd)), nan);
  }
}

template <class T>
class ToInt : public testing::Test {};
using Integers = testing::Types<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t,
                                std::int64_t, std::uint64_t, char, long, unsigned long long>;
TYPED_TEST_SUITE(ToInt, Integers);

TYPED_TEST(ToInt, TowardsZeroSaturated) {
  using Limits = std::numeric_limits<TypeParam>;
  const auto expected = [](long double x) {  // long double holds all of these integers
    if (x != x) return TypeParam{0};
    if (x >= static_cast<long double>(Limits::max())) return Limits::max();
    if (x <= static_cast<long double>(Limits::min())) return Limits::min();
    return static_cast<TypeParam>(x);
  };
  const auto check = [&](double x) {
    EXPECT_EQ(math::to_int<TypeParam>(x), expected(x)) << std::hexfloat << x;
    const float f = static_cast<float>(x);
    EXPECT_EQ(math::to_int<TypeParam>(f), expected(f)) << std::hexfloat << f;
  };
  for (const double edge : {static_cast<double>(Limits::max()), static_cast<double>(Limits::min()), 0.0, 1.0, -1.0}) {
    for (const double step : {0.0, 0.5, 1.0, 1.5}) {
      for (const double x : {edge + step, edge - step}) {
        check(x);
        check(std::nextafter(x, inf));
        check(std::nextafter(x, -inf));
      }
    }
  }
  for (const double x : {-0.0, 0.999, -0.999, 0x1p-1074, 1e300, -1e300, inf, -inf}) check(x);
  for (const double odd : odd_nans) check(odd);
  Random random(4);
  for (int i = 0; i < 20000; ++i) {
    check(any_double(random));
    check(magnitudes(-2, Limits::digits + 1)(random));
  }
}

}  // namespace
}  // namespace scatterfold::math_test

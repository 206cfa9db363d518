// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/half.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace scatterfold {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// What 16 bits mean by the standard's formula, independent of the code under test.
double by_definition(unsigned bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 0x3ff;
  const double sign = bits & 0x8000 ? -1 : 1;
  if (exponent == 31) return fraction ? std::numeric_limits<double>::quiet_NaN() : sign * inf;
  return sign * (exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24));
}

TEST(Half, All65536ValuesAreExactAndComeBack) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const double exact = by_definition(bits);
    const float value = half_to_float(static_cast<unsigned short>(bits));
    if (std::isnan(exact)) {
      ASSERT_TRUE(std::isnan(value)) << bits;
      ASSERT_EQ(std::signbit(value), bits >> 15) << bits;
      ASSERT_EQ(std::bit_cast<unsigned>(value) >> 13 & 0x3ff, bits & 0x3ff) << bits;  // the payload
      ASSERT_EQ(to_half_bits(value), 0x7e00) << bits;
    } else {
      ASSERT_EQ(value, exact) << bits;
      ASSERT_EQ(std::signbit(value), bits >> 15) << bits;
      ASSERT_EQ(to_half_bits(exact), bits);
    }
  }
}

TEST(Half, ALoopOverAllValuesHasTheSameBits) {
  // The compiler makes SIMD code of this one, as of the loops that decode leaves.
  std::vector<unsigned short> stored(65536);
  std::iota(stored.begin(), stored.end(), static_cast<unsigned short>(0));
  std::vector<float> values(stored.size());
  for (std::size_t i = 0; i < stored.size(); ++i) values[i] = half_to_float(stored[i]);
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const double exact = by_definition(bits);
    ASSERT_TRUE(std::isnan(exact) ? std::isnan(values[bits]) : values[bits] == exact) << bits;
    ASSERT_EQ(std::signbit(values[bits]), bits >> 15) << bits;
  }
}

TEST(Half, RoundsToNearestTiesToEvenAroundEveryMidpoint) {
  for (unsigned bits = 0; bits < 0x7c00; ++bits) {
    const double low = by_definition(bits);
    const double high = bits == 0x7bff ? 65536 : by_definition(bits + 1);  // infinity stands where 2^16 would be
    const double middle = (low + high) / 2;                                // exact: float64 has bits to spare
    const unsigned even = bits % 2 == 0 ? bits : bits + 1;
    for (const unsigned sign : {0u, 0x8000u}) {
      const double s = sign ? -1 : 1;
      ASSERT_EQ(to_half_bits(s * middle), sign | even) << bits;
      ASSERT_EQ(to_half_bits(s * std::nextafter(middle, 0)), sign | bits) << bits;
      ASSERT_EQ(to_half_bits(s * std::nextafter(middle, inf)), sign | (bits + 1)) << bits;
    }
  }
}

TEST(Half, DoesNotStopAtFloat32) {
  // Just above the middle of 1 and its neighbour; as float32 it would become the middle, and then tie to 1.
  const double x = 1 + 0x1p-11 + 0x1p-40;
  EXPECT_EQ(to_half_bits(static_cast<float>(x)), 0x3c00);
  EXPECT_EQ(to_half_bits(x), 0x3c01);
}

TEST(Half, Extremes) {
  EXPECT_EQ(to_half_bits(inf), 0x7c00);
  EXPECT_EQ(to_half_bits(-inf), 0xfc00);
  EXPECT_EQ(to_half_bits(1e300), 0x7c00);
  EXPECT_EQ(to_half_bits(-65520.0), 0xfc00);
  EXPECT_EQ(to_half_bits(std::nextafter(65520.0, 0)), 0x7bff);
  EXPECT_EQ(to_half_bits(5e-324), 0);
  EXPECT_EQ(to_half_bits(-5e-324), 0x8000);
  EXPECT_EQ(to_half_bits(-0.0), 0x8000);
  EXPECT_EQ(to_half_bits(-std::numeric_limits<double>::quiet_NaN()), 0x7e00);
}

}  // namespace
}  // namespace scatterfold

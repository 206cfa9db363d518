// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/store_values.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace scatterfold {
namespace {

template <class T, class Value>
T stored(ElementType type, Value x) {
  T out;
  store_values(&x, 1, type, &out);
  return out;
}

TEST(StoreValues, IntegersRoundToEvenAndSaturate) {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, 2.5), 2);
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, 3.5), 4);
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, -0.5), 0);
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, 127.4), 127);
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, 1e300), 127);
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, -inf), -128);
  EXPECT_EQ(stored<std::uint8_t>(ElementType::uint8, -3.0), 0);
  EXPECT_EQ(stored<std::uint8_t>(ElementType::uint8, 300.0), 255);
  EXPECT_EQ(stored<std::int16_t>(ElementType::int16, -32768.4), -32768);
  EXPECT_EQ(stored<std::uint16_t>(ElementType::uint16, 65535.5), 65535);
  EXPECT_EQ(stored<std::int32_t>(ElementType::int32, -2147483648.5), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(stored<std::uint32_t>(ElementType::uint32, 4294967294.5), 4294967294u);
  EXPECT_EQ(stored<std::int64_t>(ElementType::int64, 0x1p51 + 0.5), std::int64_t{1} << 51);
  EXPECT_EQ(stored<std::int64_t>(ElementType::int64, -(0x1p51 + 1.5)), -((std::int64_t{1} << 51) + 2));
  EXPECT_EQ(stored<std::int64_t>(ElementType::int64, 0x1p53), std::int64_t{1} << 53);
  EXPECT_EQ(stored<std::int64_t>(ElementType::int64, 0x1p63), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(stored<std::int64_t>(ElementType::int64, -inf), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(stored<std::uint64_t>(ElementType::uint64, 0x1p64), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(stored<std::uint64_t>(ElementType::uint64, 0x1p63), std::uint64_t{1} << 63);
  EXPECT_EQ(stored<std::uint64_t>(ElementType::uint64, -0.7), 0u);
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, nan), 0);
  EXPECT_EQ(stored<std::uint32_t>(ElementType::uint32, nan), 0u);
  EXPECT_EQ(stored<std::int64_t>(ElementType::int64, nan), 0);
}

TEST(StoreValues, FloatsRoundOnce) {
  EXPECT_EQ(stored<float>(ElementType::float32, 0.1), 0.1f);
  EXPECT_EQ(stored<float>(ElementType::float32, 1e300), std::numeric_limits<float>::infinity());
  EXPECT_EQ(stored<std::uint16_t>(ElementType::float16, 1.0), 0x3c00);
  // Half-way between two float16 and a little more, which float32 would lose.
  EXPECT_EQ(stored<std::uint16_t>(ElementType::float16, 1 + 0x1p-11 + 0x1p-40), 0x3c01);
}

TEST(StoreValues, Integers) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, most), 127);
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, least), -128);
  EXPECT_EQ(stored<std::uint8_t>(ElementType::uint8, std::int64_t{-1}), 0);
  EXPECT_EQ(stored<std::uint32_t>(ElementType::uint32, std::int64_t{1} << 40), 0xffffffffu);
  EXPECT_EQ(stored<std::uint64_t>(ElementType::uint64, most), 0x7fffffffffffffffull);
  EXPECT_EQ(stored<std::uint64_t>(ElementType::uint64, least), 0u);
  EXPECT_EQ(stored<std::int64_t>(ElementType::int64, most), most);
  // One rounding: by way of float64 this would be a tie, and fall the other way.
  EXPECT_EQ(stored<float>(ElementType::float32, (std::int64_t{1} << 60) + (std::int64_t{1} << 36) + 1),
            0x1p60f + 0x1p37f);
  EXPECT_EQ(stored<double>(ElementType::float64, (std::int64_t{1} << 53) + 1), 0x1p53);
  EXPECT_EQ(stored<std::uint16_t>(ElementType::float16, most), 0x7c00);
}

template <class Value>
bool fits(ElementType type, Value x) {
  return first_overflow(&x, 1, type, nullptr) == -1;
}

TEST(FirstOverflow, FloatsMayNotBecomeInfinite) {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for (const ElementType type : {ElementType::float16, ElementType::float32, ElementType::float64}) {
    for (const double value : {inf, -inf, nan, 0.0, -65519.0, 65519.0, 1e-300}) EXPECT_TRUE(fits(type, value)) << value;
  }
  EXPECT_FALSE(fits(ElementType::float16, 65520.0));
  EXPECT_FALSE(fits(ElementType::float16, -65520.0));
  EXPECT_TRUE(fits(ElementType::float32, 0x1.fffffefffffffp127));
  EXPECT_FALSE(fits(ElementType::float32, 0x1.ffffffp127));
  EXPECT_FALSE(fits(ElementType::float32, -0x1.ffffffp127));
  EXPECT_TRUE(fits(ElementType::float64, std::numeric_limits<double>::max()));
}

TEST(FirstOverflow, IntegersIntoFloatsAndIntegers) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_TRUE(fits(ElementType::float16, std::int64_t{65519}));
  EXPECT_FALSE(fits(ElementType::float16, std::int64_t{-65520}));
  EXPECT_FALSE(fits(ElementType::float16, most));
  EXPECT_TRUE(fits(ElementType::float32, most));
  EXPECT_TRUE(fits(ElementType::float64, least));
  EXPECT_TRUE(fits(ElementType::int8, most)) << "integers saturate";
  EXPECT_TRUE(fits(ElementType::int8, 1e300)) << "integers saturate";
}

TEST(FirstOverflow, SkipsWhatDoesNotMatterAndNamesTheFirst) {
  std::vector<double> values(5000, 1);
  std::vector<std::uint8_t> skipped(values.size(), 0);
  values[3000] = values[4000] = 1e6;
  EXPECT_EQ(first_overflow(values.data(), 5000, ElementType::float16, nullptr), 3000);
  skipped[3000] = 1;
  EXPECT_EQ(first_overflow(values.data(), 5000, ElementType::float16, skipped.data()), 4000);
  skipped[4000] = 1;
  EXPECT_EQ(first_overflow(values.data(), 5000, ElementType::float16, skipped.data()), -1);
}

}  // namespace
}  // namespace scatterfold

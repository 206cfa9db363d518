// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/field.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <vector>

#include "source/field_fill.hpp"

namespace scatterfold {
namespace {

Field make_field(FieldKind kind, std::initializer_list<long long> shape, double center, double spread,
                 std::uint64_t seed = 0) {
  Field field{kind, seed, center, spread, static_cast<int>(shape.size()), {}};
  std::copy(shape.begin(), shape.end(), field.shape);
  return field;
}

std::vector<double> filled(const Field& field, std::int64_t begin, std::int64_t count) {
  std::vector<double> values(static_cast<std::size_t>(count));
  FieldFiller(field, ElementType::float64, false).fill(begin, count, values.data());
  return values;
}

TEST(Field, GoldenValues) {
  const auto bits_at = [](FieldKind kind, double center, double spread, long long index) {
    return math::to_bits(make_field(kind, {400, 180, 360}, center, spread, 42).value(index));
  };
  EXPECT_EQ(bits_at(FieldKind::normal, 0, 1, 0), 13827540420413489962u);
  EXPECT_EQ(bits_at(FieldKind::normal, 0, 1, 12345678901), 4606294163384334287u);
  EXPECT_EQ(bits_at(FieldKind::uniform, 0, 1, 0), 4602112924195437244u);
  EXPECT_EQ(bits_at(FieldKind::uniform, 0, 1, 12345678901), 4604043181122075583u);
  EXPECT_EQ(bits_at(FieldKind::climate, 288, 1.5, 0), 4643177459063915351u);
  EXPECT_EQ(bits_at(FieldKind::climate, 288, 1.5, 20000000), 4644067363048529428u);
  EXPECT_EQ(make_field(FieldKind::ramp, {10}, 0, 1).value(7), 7.0);
}

TEST(Field, FillerAgreesWithValueBitForBit) {
  for (const auto kind : {FieldKind::normal, FieldKind::uniform, FieldKind::ramp, FieldKind::climate}) {
    for (const auto& shape : {std::initializer_list<long long>{},
                              {5000},
                              {7, 1},
                              {1, 5000},
                              {30, 20, 11},
                              {3, 2, 40, 37},
                              {2, 2, 2, 2, 2, 2, 50, 9},
                              {2, 70000}}) {
      const Field field = make_field(kind, shape, -1, 2, 7);
      long long elements = 1;
      for (const long long extent : shape) elements *= extent;
      for (const std::int64_t begin : {std::int64_t{0}, std::int64_t{1}, std::int64_t(elements / 3)}) {
        if (begin > elements) continue;
        const std::int64_t count = std::min<std::int64_t>(elements - begin, 71003);
        const std::vector<double> values = filled(field, begin, count);
        for (std::int64_t i = 0; i < count; i += 1 + i / 50) {
          ASSERT_EQ(math::to_bits(values[static_cast<std::size_t>(i)]), math::to_bits(field.value(begin + i)))
              << "kind " << int(kind) << ", rank " << shape.size() << ", index " << begin + i;
        }
      }
    }
  }
}

TEST(Field, FillerAgreesWithValueFarAway) {
  for (const auto kind : {FieldKind::normal, FieldKind::uniform, FieldKind::ramp, FieldKind::climate}) {
    const Field field = make_field(kind, {1ll << 40, 721, 1440}, 288, 1.5, 42);
    for (const std::int64_t middle : {1ll << 31, 1ll << 32, 1ll << 40, 1ll << 53, 1ll << 59}) {
      const std::vector<double> values = filled(field, middle - 2000, 4000);
      for (std::int64_t i = 0; i < 4000; ++i) {
        ASSERT_EQ(math::to_bits(values[static_cast<std::size_t>(i)]), math::to_bits(field.value(middle - 2000 + i)))
            << "kind " << int(kind) << ", index " << middle - 2000 + i;
      }
    }
  }
}

TEST(Field, CutsDoNotMatter) {
  const Field field = make_field(FieldKind::climate, {50, 33, 41}, 288, 1.5, 3);
  const std::vector<double> whole = filled(field, 0, 50 * 33 * 41);
  FieldFiller filler(field, ElementType::float64, false);
  std::vector<double> pieces(whole.size());
  const std::int64_t steps[] = {1, 2, 7, 1023, 1024, 1025, 5000};
  std::size_t step = 0;
  for (std::int64_t at = 0; at < std::int64_t(whole.size());) {
    const std::int64_t count = std::min<std::int64_t>(steps[step++ % 7], std::int64_t(whole.size()) - at);
    filler.fill(at, count, pieces.data() + at);
    at += count;
  }
  EXPECT_EQ(std::memcmp(whole.data(), pieces.data(), whole.size() * 8), 0);
}

struct Moments {
  double mean, deviation, skewness, kurtosis, low, high;
};
Moments moments_of(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  double mean = 0, m2 = 0, m3 = 0, m4 = 0;
  for (const double x : values) mean += x / n;
  for (const double x : values) {
    const double d = x - mean;
    m2 += d * d / n;
    m3 += d * d * d / n;
    m4 += d * d * d * d / n;
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {mean, std::sqrt(m2), m3 / std::pow(m2, 1.5), m4 / (m2 * m2) - 3, *low, *high};
}

// Bounds: five standard errors of each estimate for n = 2^20 independent draws (sqrt(1/n), sqrt(6/n), sqrt(24/n)).
TEST(Field, NormalLooksNormal) {
  const Moments found = moments_of(filled(make_field(FieldKind::normal, {1 << 20}, 0, 1, 1), 0, 1 << 20));
  EXPECT_NEAR(found.mean, 0, 5.0 / 1024);
  EXPECT_NEAR(found.deviation, 1, 5.0 / 1024);
  EXPECT_NEAR(found.skewness, 0, 5 * 2.45 / 1024);
  EXPECT_NEAR(found.kurtosis, 0, 5 * 4.9 / 1024);
  EXPECT_GT(found.high, 4);  // expected maximum of 2^20 draws: 4.9
  EXPECT_LT(found.high, 6.5);
}

TEST(Field, UniformLooksUniformAndStaysBelowItsHighEnd) {
  const Moments found = moments_of(filled(make_field(FieldKind::uniform, {1 << 20}, 0, 1, 1), 0, 1 << 20));
  EXPECT_NEAR(found.mean, 0.5, 5 * 0.289 / 1024);
  EXPECT_NEAR(found.deviation, std::sqrt(1 / 12.0), 5.0 / 1024);
  EXPECT_GE(found.low, 0);
  EXPECT_LT(found.high, 1);
  // Two neighbouring float64: every value must be the lower one.
  const double next = std::nextafter(1.0, 2.0);
  for (const double x : filled(make_field(FieldKind::uniform, {1000}, 1, next), 0, 1000)) ASSERT_EQ(x, 1.0);
  EXPECT_EQ(just_below(0.0), -5e-324);
  EXPECT_EQ(just_below(-1.0), std::nextafter(-1.0, -2.0));
}

TEST(Field, NeighboursSeedsAndDrawsAreUncorrelated) {
  const std::vector<double> a = filled(make_field(FieldKind::normal, {1 << 18}, 0, 1, 1), 0, 1 << 18);
  const std::vector<double> b = filled(make_field(FieldKind::normal, {1 << 18}, 0, 1, 2), 0, 1 << 18);
  double lagged = 0, across = 0;
  for (std::size_t i = 1; i < a.size(); ++i) {
    lagged += a[i] * a[i - 1];
    across += a[i] * b[i];
  }
  EXPECT_NEAR(lagged / double(a.size()), 0, 5.0 / 512);
  EXPECT_NEAR(across / double(a.size()), 0, 5.0 / 512);
}

TEST(Field, ClimateLooksLikeTemperatureAtAnyRank) {
  for (const auto& shape :
       {std::initializer_list<long long>{200000}, {200, 1000}, {400, 20, 30}, {40, 3, 40, 50}, {4000, 5, 10}}) {
    const Field field = make_field(FieldKind::climate, shape, 288, 1.5);
    const Moments found = moments_of(filled(field, 0, 200000));
    EXPECT_NEAR(found.mean, 288, 3) << shape.size();
    EXPECT_GT(found.low, 200) << shape.size();
    EXPECT_LT(found.high, 330) << shape.size();
  }
  // Warm in the middle, cold at the rims; the north is colder than the south on day 0.
  const Field world = make_field(FieldKind::climate, {365, 180, 360}, 288, 0);
  EXPECT_GT(world.value(90 * 360), world.value(0) + 30);
  EXPECT_LT(world.value(0), world.value(179 * 360) - 15);
}

template <class T>
T swapped_ramp(ElementType type, std::int64_t index) {
  T out;
  FieldFiller(make_field(FieldKind::ramp, {1000}, 0, 0), type, true).fill(index, 1, &out);
  return out;
}

TEST(Field, ByteOrder) {
  EXPECT_EQ(swapped_ramp<std::uint16_t>(ElementType::float16, 1), 0x003c);
  EXPECT_EQ(swapped_ramp<std::uint32_t>(ElementType::int32, 1), 0x01000000u);
  EXPECT_EQ(swapped_ramp<std::uint64_t>(ElementType::uint64, 258), 0x0201000000000000ull);
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "math/random.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

/// Philox against its published answers and its authors' own code; uniform and normal numbers by what they promise.
namespace scatterfold::math {
namespace {

TEST(Random, gives_the_published_bits) {
  // kat_vectors of Random123, philox4x32 with 10 rounds: counter and key all zeros, all ones, and digits of pi.
  const RandomBits zeros = random_bits(0, 0, 0);
  EXPECT_EQ(zeros.first, 0xe169c58d6627e8d5ull);
  EXPECT_EQ(zeros.second, 0x9b00dbd8bc57ac4cull);
  const RandomBits ones = random_bits(~0ull, ~0ull, ~0ull);
  EXPECT_EQ(ones.first, 0x408f276dull | 0x41c83b0eull << 32);
  EXPECT_EQ(ones.second, 0xa20bc7c6ull | 0x6d5451fdull << 32);
  const RandomBits pi = random_bits(0x299f31d0a4093822ull, 0x85a308d3243f6a88ull, 0x0370734413198a2eull);
  EXPECT_EQ(pi.first, 0xd16cfe09ull | 0x94fdccebull << 32);
  EXPECT_EQ(pi.second, 0x5001e420ull | 0x24126ea1ull << 32);
}

TEST(Random, agrees_with_the_authors_code) {
  Bits seed = 1, index = 2, draw = 3;
  for (int i = 0; i < 100'000; ++i) {
    seed = seed * 0x5851f42d4c957f2dull + 1;
    index = index * 0x5851f42d4c957f2dull + 3;
    draw = draw * 0x5851f42d4c957f2dull + 5;
    const auto low = [](Bits word) { return static_cast<std::uint32_t>(word); };
    const auto high = [](Bits word) { return static_cast<std::uint32_t>(word >> 32); };
    const philox4x32_ctr_t expected =
        philox4x32_R(10, {{low(index), high(index), low(draw), high(draw)}}, {{low(seed), high(seed)}});
    const RandomBits found = random_bits(seed, index, draw);
    ASSERT_EQ(found.first, expected.v[0] | static_cast<Bits>(expected.v[1]) << 32) << i;
    ASSERT_EQ(found.second, expected.v[2] | static_cast<Bits>(expected.v[3]) << 32) << i;
  }
}

TEST(Random, uniform_numbers_fill_the_half_open_interval) {
  constexpr int count = 1'000'000;
  double sum = 0, squares = 0;
  for (Bits i = 0; i < count; ++i) {
    const double u = uniform_at(7, i, 1);
    ASSERT_TRUE(u >= 0 && u < 1);
    ASSERT_EQ(u * 0x1p53, std::floor(u * 0x1p53)) << "53 bits";
    sum += u;
    squares += u * u;
  }
  // Five standard deviations of the means.
  EXPECT_NEAR(sum / count, 0.5, 5 * std::sqrt(1.0 / 12 / count));
  EXPECT_NEAR(squares / count, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / count));
}

TEST(Random, normal_numbers_have_the_moments_of_a_normal_distribution) {
  constexpr int count = 1'000'000;
  double moments[5] = {};
  for (Bits i = 0; i < count; ++i) {
    const double x = normal_at(7, i, 2);
    double power = 1;
    for (double& moment : moments) {
      moment += power / count;
      power *= x;
    }
  }
  // Five standard deviations: the moments of order 2 k have the variances 1, 2, 15 and 96 over the count.
  EXPECT_NEAR(moments[1], 0, 5 * std::sqrt(1.0 / count));
  EXPECT_NEAR(moments[2], 1, 5 * std::sqrt(2.0 / count));
  EXPECT_NEAR(moments[3], 0, 5 * std::sqrt(15.0 / count));
  EXPECT_NEAR(moments[4], 3, 5 * std::sqrt(96.0 / count));
}

TEST(Random, draws_seeds_and_indices_are_apart) {
  const double here = uniform_at(1, 1, 1);
  EXPECT_NE(uniform_at(2, 1, 1), here);
  EXPECT_NE(uniform_at(1, 2, 1), here);
  EXPECT_NE(uniform_at(1, 1, 2), here);
  EXPECT_NE(uniform_at(1, 1, 1 + (1ull << 32)), here) << "no draw wraps";
}

}  // namespace
}  // namespace scatterfold::math

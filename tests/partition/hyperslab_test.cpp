// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/hyperslab.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "base/error.hpp"

namespace scatterfold {
namespace {

using Index = std::vector<std::int64_t>;

/// Every index of a slab in row-major order, by counting like an odometer.
std::vector<Index> every_index(const Hyperslab& slab) {
  std::vector<Index> all;
  if (slab.elements() == 0) return all;
  Index at(slab.count.size(), 0);
  while (true) {
    Index index(at.size());
    for (std::size_t d = 0; d < at.size(); ++d) index[d] = slab.start[d] + at[d] * slab.step[d];
    all.push_back(index);
    std::size_t d = at.size();
    while (d > 0 && ++at[d - 1] == slab.count[d - 1]) at[--d] = 0;
    if (d == 0) return all;
  }
}

Hyperslab random_slab(std::mt19937& random, int most_dimensions) {
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  Hyperslab slab;
  for (int d = draw(0, most_dimensions); d > 0; --d) {
    slab.start.push_back(draw(0, 9));
    slab.count.push_back(draw(0, 20) == 0 ? 0 : draw(1, 5));
    slab.step.push_back(draw(1, 4));
  }
  return slab;
}

TEST(Hyperslab, counts_its_elements) {
  EXPECT_EQ((Hyperslab{}).elements(), 1);
  EXPECT_EQ((Hyperslab{{0, 0}, {3, 4}, {1, 1}}).elements(), 12);
  EXPECT_EQ((Hyperslab{{0, 0}, {3, 0}, {1, 1}}).elements(), 0);
}

TEST(Hyperslab, refuses_more_than_2_to_the_63) {
  const std::int64_t big = std::int64_t{1} << 32;
  EXPECT_THROW((Hyperslab{{0, 0}, {big, big}, {1, 1}}).elements(), InputError);
  EXPECT_EQ((Hyperslab{{0, 0, 0}, {big, big, 0}, {1, 1, 1}}).elements(), 0);
  EXPECT_EQ((Hyperslab{{0, 0}, {big, big / 4}, {1, 1}}).elements(), std::int64_t{1} << 62);
}

TEST(SplitRange, equals_brute_force) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 4000; ++trial) {
    const Hyperslab slab = random_slab(random, 5);
    const auto all = every_index(slab);
    const auto n = static_cast<std::int64_t>(all.size());
    std::int64_t begin = std::uniform_int_distribution<std::int64_t>(0, n)(random);
    std::int64_t end = std::uniform_int_distribution<std::int64_t>(0, n)(random);
    if (begin > end) std::swap(begin, end);

    const auto parts = split_range(slab, begin, end);

    std::vector<Index> found;
    for (const auto& part : parts) {
      EXPECT_GT(part.elements(), 0);
      for (auto& index : every_index(part)) found.push_back(index);
    }
    ASSERT_EQ(found, (std::vector<Index>{all.begin() + begin, all.begin() + end})) << "trial " << trial;
    const std::size_t most = slab.count.empty() ? 1 : 2 * slab.count.size() - 1;
    ASSERT_LE(parts.size(), most) << "trial " << trial;
  }
}

TEST(SplitRange, the_whole_is_one_part) {
  EXPECT_EQ(split_range({{0, 0, 0}, {3, 4, 5}, {1, 2, 1}}, 0, 60).size(), 1u);
  EXPECT_EQ(split_range({{0, 0, 0}, {3, 4, 5}, {1, 1, 1}}, 20, 60).size(), 1u);
  EXPECT_TRUE(split_range({{0, 0}, {3, 0}, {1, 1}}, 0, 0).empty());
  EXPECT_EQ(split_range({}, 0, 1).size(), 1u);
}

TEST(SplitRange, counts_in_64_bits) {
  const std::int64_t big = std::int64_t{1} << 31;
  const auto parts = split_range({{5, 0}, {big, big}, {1, 1}}, big * 7 + 3, big * 9);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].start, (Index{12, 3}));
  EXPECT_EQ(parts[0].count, (Index{1, big - 3}));
  EXPECT_EQ(parts[1].start, (Index{13, 0}));
  EXPECT_EQ(parts[1].count, (Index{1, big}));
}

TEST(SplitRange, a_range_outside_is_a_bug) {
  EXPECT_THROW(split_range({{0}, {4}, {1}}, 0, 5), Error);
  EXPECT_THROW(split_range({{0}, {4}, {1}}, -1, 2), Error);
  EXPECT_THROW(split_range({{0}, {4}, {1}}, 3, 2), Error);
}

TEST(Intersect, equals_brute_force) {
  std::mt19937 random(2);
  for (int trial = 0; trial < 4000; ++trial) {
    const Hyperslab slab = random_slab(random, 4);
    Index low, high;
    for (std::size_t d = 0; d < slab.count.size(); ++d) {
      low.push_back(std::uniform_int_distribution<int>(-2, 25)(random));
      high.push_back(std::uniform_int_distribution<int>(-2, 30)(random));
    }
    std::vector<Index> expected;
    for (const auto& index : every_index(slab)) {
      bool inside = true;
      for (std::size_t d = 0; d < index.size(); ++d) inside = inside && index[d] >= low[d] && index[d] < high[d];
      if (inside) expected.push_back(index);
    }
    ASSERT_EQ(every_index(intersect(slab, low, high)), expected) << "trial " << trial;
  }
}

TEST(Intersect, takes_bounds_of_any_size) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Hyperslab slab{{10}, {1000}, {3}};
  EXPECT_EQ(intersect(slab, {least}, {most}).count, slab.count);
  EXPECT_EQ(intersect(slab, {most}, {most}).elements(), 0);
  const Hyperslab far{{most - 9}, {4}, {3}};
  EXPECT_EQ(intersect(far, {most - 5}, {most}).start, (Index{most - 3}));
}

}  // namespace
}  // namespace scatterfold

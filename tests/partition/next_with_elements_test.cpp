// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <random>

#include "partition/partition.hpp"

namespace scatterfold {
namespace {

/// By a look at one after the other.
std::int64_t next_by_looking(const Partition& partition, std::int64_t segment) {
  while (segment < partition.segments() && partition.segment(segment).empty()) ++segment;
  return segment;
}

Partition random_partition(std::mt19937& random) {
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  std::vector<std::int64_t> shape, chunk;
  Hyperslab slab;
  for (int d = draw(1, 3); d > 0; --d) {
    shape.push_back(draw(0, 30) == 0 ? 0 : draw(1, 12));
    // A chunk that is longer than the dataset makes segments of one chunk each.
    chunk.push_back(d == 1 ? draw(20'000, 70'000) : draw(1, 5));
    slab.start.push_back(shape.back() == 0 ? 0 : draw(0, static_cast<int>(shape.back()) - 1));
    slab.step.push_back(draw(1, 7));
    const std::int64_t most = shape.back() == 0 ? 0 : (shape.back() - 1 - slab.start.back()) / slab.step.back() + 1;
    slab.count.push_back(draw(0, static_cast<int>(most)));
  }
  return Partition(shape, slab, chunk);
}

TEST(NextWithElements, is_what_a_look_at_every_segment_finds) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 2000; ++trial) {
    const Partition one = random_partition(random), other = random_partition(random);
    const Partition joined({one, other, one});
    for (const Partition* partition : {&one, &joined}) {
      for (std::int64_t s = 0; s <= partition->segments(); ++s) {
        ASSERT_EQ(partition->next_with_elements(s), next_by_looking(*partition, s)) << "trial " << trial;
      }
    }
  }
}

TEST(NextWithElements, needs_no_look_at_the_others) {
  constexpr std::int64_t long_way = std::int64_t{1} << 40;
  const Partition partition({long_way, 1 << 22}, {{long_way - 100, 7}, {100, 2}, {1, 1}}, {1 << 20, 1});
  const std::int64_t last_row = partition.segments() - (1 << 22);
  EXPECT_EQ(partition.next_with_elements(0), last_row + 7);
  EXPECT_EQ(partition.next_with_elements(last_row + 8), last_row + 8);
  EXPECT_EQ(partition.next_with_elements(last_row + 9), partition.segments());
}

}  // namespace
}  // namespace scatterfold

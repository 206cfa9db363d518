// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include "partition/partition.hpp"

namespace scatterfold {
namespace {

Partition contiguous(std::int64_t elements) { return Partition({elements}, {{0}, {elements}, {1}}, {}); }
Partition chunked(std::int64_t elements, std::int64_t chunk) {
  return Partition({elements}, {{0}, {elements}, {1}}, {chunk});
}

TEST(JoinedPartition, numbers_units_and_segments_through) {
  const std::vector<Partition> parts = {contiguous(0),         contiguous(100'000), chunked(0, 10),
                                        chunked(70'000, 7000), contiguous(1),       contiguous(0)};
  const Partition joined(parts);

  EXPECT_EQ(joined.elements(), 170'001);
  EXPECT_EQ(joined.segments(), 0 + 2 + 0 + 1 + 1 + 0);
  std::int64_t segment = 0, unit = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    for (std::int64_t s = 0; s < parts[p].segments(); ++s, ++segment) {
      const std::vector<Span> own = parts[p].segment(s), found = joined.segment(segment);
      ASSERT_EQ(found.size(), own.size());
      for (std::size_t i = 0; i < own.size(); ++i) {
        const Partition::Place place = joined.place_of(found[i].unit);
        EXPECT_EQ(place.part, p);
        EXPECT_EQ(place.unit, own[i].unit);
        EXPECT_EQ(found[i].begin, own[i].begin);
        EXPECT_EQ(found[i].end, own[i].end);
        EXPECT_EQ(joined.grid_position(found[i].unit), parts[p].grid_position(own[i].unit));
      }
    }
    unit += parts[p].units();
  }
  EXPECT_EQ(joined.units(), unit);
}

TEST(JoinedPartition, counts_the_elements_of_a_run_of_segments_across_parts) {
  // Chunked parts have many units in a segment, here 1024; contiguous ones many segments in a unit.
  const Partition joined({chunked(200'000, 100), contiguous(100'000), chunked(70'001, 100)});
  ASSERT_EQ(joined.segments(), 2 + 2 + 1);
  EXPECT_EQ(joined.elements_of({0, 1}), 102'400);
  EXPECT_EQ(joined.elements_of({1, 3}), 97'600 + 65'536);
  EXPECT_EQ(joined.elements_of({4, 5}), 70'001);
  EXPECT_EQ(joined.elements_of({0, 5}), 370'001);
  EXPECT_EQ(joined.elements_of({4, 4}), 0);
}

TEST(JoinedPartition, limits_are_those_of_the_largest_span) {
  const Partition joined({contiguous(1'000'000), chunked(9000, 3000)});
  EXPECT_TRUE(joined.chunked());
  EXPECT_EQ(joined.unit_elements_limit(), 65536) << "no span of contiguous data is larger than a segment";
  EXPECT_EQ(joined.segment_elements_limit(), 65536);
  EXPECT_FALSE(Partition({contiguous(3), contiguous(4)}).chunked());
}

}  // namespace
}  // namespace scatterfold

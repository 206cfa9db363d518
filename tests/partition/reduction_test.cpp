// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/reduction.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "partition/made_reductions.hpp"

namespace scatterfold {
namespace {

/// The reduced index of a group at one position, dimension by dimension.
std::vector<Coordinates> reduced_index(const MadeReduction& made, const Coordinates& kept, std::int64_t group) {
  std::vector<Coordinates> all;
  for (const Coordinates& at : coordinates_of(made.selection)) {
    bool inside = true;
    for (std::size_t d = 0, k = 0; d < at.size(); ++d) {
      if (!made.reduced[d]) inside = inside && at[d] == kept[k++];
      if (made.grouping && made.grouping->dimension == d) {
        const std::int64_t index = (at[d] - made.selection.start[d]) / made.selection.step[d];
        inside = inside && made.grouping->group_of[static_cast<std::size_t>(index)] == group;
      }
    }
    if (inside) all.push_back(at);
  }
  return all;
}

TEST(Reduction, boxes_are_the_reduced_index) {
  for (const MadeReduction& made : made_reductions()) {
    if (made.selection.elements() > 10'000) continue;
    const Reduction reduction = made.make();
    std::int64_t elements = 0;
    for (const Coordinates& kept : coordinates_of(reduction.kept_slab())) {
      const Hyperslab position{kept, Coordinates(kept.size(), 1), Coordinates(kept.size(), 1)};
      for (std::int64_t g = 0; g < reduction.groups(); ++g) {
        const std::vector<Coordinates> expected = reduced_index(made, kept, g);
        const std::int64_t n = reduction.elements_of(g);
        ASSERT_EQ(n, std::ssize(expected)) << made.name;
        ASSERT_LE(n, reduction.most_elements()) << made.name;
        elements += n;
        for (const std::int64_t begin : {std::int64_t{0}, n / 3, n - 1}) {
          for (const std::int64_t end : {n, n / 2, begin + 1}) {
            if (begin < 0 || end <= begin || end > n) continue;
            std::vector<Coordinates> found;
            for (const Hyperslab& box : reduction.boxes(position, g, begin, end)) {
              for (const Coordinates& at : coordinates_of(box)) found.push_back(at);
            }
            EXPECT_TRUE(std::equal(found.begin(), found.end(), expected.begin() + begin, expected.begin() + end))
                << made.name << ", group " << g << " [" << begin << ", " << end << ")";
          }
        }
      }
    }
    EXPECT_EQ(reduction.elements(), elements) << made.name;
  }
}

TEST(Reduction, boxes_of_many_positions_hold_each_of_them) {
  const MadeReduction made{"", {{0, 0, 0}, {5, 4, 6}, {1, 1, 1}}, {true, false, true}, Grouping{0, {1, 0, 1, 2, 0}, 3}};
  const Reduction reduction = made.make();
  std::multiset<Coordinates> found, expected;
  for (const Hyperslab& box : reduction.boxes(reduction.kept_slab(), 0, 2, 11)) {
    for (const Coordinates& at : coordinates_of(box)) found.insert(at);
  }
  for (std::int64_t k = 0; k < 4; ++k) {
    const std::vector<Coordinates> all = reduced_index(made, {k}, 0);
    expected.insert(all.begin() + 2, all.begin() + 11);
  }
  EXPECT_EQ(found, expected);
}

TEST(Reduction, segments_are_whole_blocks_and_at_most_64) {
  for (const MadeReduction& made : made_reductions()) {
    const Reduction reduction = made.make();
    const std::int64_t block = reduction.block_elements();
    for (std::int64_t g = 0; g < reduction.groups(); ++g) {
      const std::int64_t segments = reduction.segments_of(g), n = reduction.elements_of(g);
      EXPECT_GE(segments, 1) << made.name;
      EXPECT_LE(segments, 64) << made.name;
      EXPECT_EQ(reduction.segment_begin(g, 0), 0) << made.name;
      EXPECT_EQ(reduction.segment_begin(g, segments), n) << made.name;
      for (std::int64_t s = 0; s + 1 < segments; ++s) {
        const std::int64_t begin = reduction.segment_begin(g, s), end = reduction.segment_begin(g, s + 1);
        EXPECT_EQ(begin % block, 0) << made.name;
        EXPECT_GE(end - begin, 16 * block) << made.name;
        EXPECT_EQ(end - begin, reduction.segment_begin(g, 1)) << made.name;
      }
    }
  }
  EXPECT_EQ(MadeReduction({"", {{0, 0}, {3000, 20}, {1, 1}}, {true, false}, {}}).make().segments_of(0), 3);
}

/// What is folded must not depend on the memory: a part has the blocks and segments of the whole.
TEST(Reduction, passes_cover_the_output_in_its_order_and_keep_the_order_of_elements) {
  for (const MadeReduction& made : made_reductions()) {
    const Reduction reduction = made.make();
    for (const std::int64_t most : {1, 3, 7, 20, 1000}) {
      std::int64_t covered = 0;
      Coordinates previous;
      for (const PositionBox& box : reduction.passes(most)) {
        const Reduction part = reduction.part(box);
        EXPECT_LE(part.positions(), most) << made.name;
        EXPECT_EQ(part.order(), reduction.order()) << made.name;
        EXPECT_EQ(part.most_elements(), reduction.most_elements()) << made.name;
        EXPECT_EQ(part.groups(), box.last_group - box.first_group) << made.name;
        for (std::int64_t g = 0; g < part.groups(); ++g) {
          EXPECT_EQ(part.elements_of(g), reduction.elements_of(box.first_group + g)) << made.name;
          EXPECT_EQ(part.segments_of(g), reduction.segments_of(box.first_group + g)) << made.name;
        }
        const Hyperslab out = reduction.output_box(box);
        EXPECT_EQ(out.count, part.output_shape()) << made.name;
        for (const Coordinates& at : coordinates_of(out)) {
          EXPECT_TRUE(covered == 0 || previous < at) << made.name << " by " << most;
          previous = at;
          ++covered;
        }
      }
      EXPECT_EQ(covered, reduction.positions()) << made.name << " by " << most;
    }
  }
}

TEST(Reduction, output_has_groups_in_the_place_of_their_dimension) {
  const Hyperslab slab{{0, 0, 0}, {5, 4, 6}, {1, 1, 1}};
  EXPECT_EQ(Reduction(slab, {false, true, false}, Grouping{1, {0, 1, 1, 0}, 2}).output_shape(), Coordinates({5, 2, 6}));
  EXPECT_EQ(Reduction(slab, {true, true, true}, Grouping{1, {0, 1, 1, 0}, 2}).output_shape(), Coordinates({2}));
  EXPECT_EQ(Reduction(slab, {true, false, true}, {}).output_shape(), Coordinates({4}));
  EXPECT_EQ(Reduction(slab, {true, true, true}, {}).output_shape(), Coordinates({}));
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/array_tasks.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "partition/made_reductions.hpp"

namespace scatterfold {
namespace {

ArrayTasks tasks_of(const MadeReduction& made, std::int64_t wanted) {
  const Reduction reduction = made.make();
  const Hyperslab kept = reduction.kept_slab();
  Coordinates shape;
  for (std::size_t k = 0; k < kept.count.size(); ++k) shape.push_back(kept.start[k] + kept.count[k] * kept.step[k]);
  return ArrayTasks(reduction, Tiles(kept, shape, Coordinates(shape.size(), 1), wanted, wanted));
}

TEST(ArrayTasks, are_numbered_tile_by_tile_group_by_group_segment_by_segment) {
  for (const MadeReduction& made : made_reductions()) {
    for (const std::int64_t wanted : {1, 4, 1000}) {
      const ArrayTasks tasks = tasks_of(made, wanted);
      std::int64_t number = 0;
      for (std::int64_t tile = 0; tile < tasks.tiles().count(); ++tile) {
        for (std::int64_t group = 0; group < tasks.reduction().groups(); ++group) {
          const std::int64_t first = number;
          for (std::int64_t segment = 0; segment < tasks.reduction().segments_of(group); ++segment, ++number) {
            const ArrayTask task = tasks.task(number);
            EXPECT_EQ(task.tile, tile) << made.name;
            EXPECT_EQ(task.group, group) << made.name;
            EXPECT_EQ(task.segment, segment) << made.name;
            EXPECT_EQ(tasks.tile_of(tasks.cell_of(task)), tile) << made.name;
            EXPECT_EQ(tasks.group_of(tasks.cell_of(task)), group) << made.name;
          }
          const auto cell = tasks.cell_of({tile, group, 0});
          EXPECT_EQ(tasks.tasks_of(cell), std::pair(first, number)) << made.name;
        }
      }
      EXPECT_EQ(tasks.count(), number) << made.name;
    }
  }
}

TEST(ArrayTasks, cuts_share_all_of_them_evenly) {
  for (const MadeReduction& made : made_reductions()) {
    for (const std::int64_t wanted : {1, 4, 1000}) {
      const ArrayTasks tasks = tasks_of(made, wanted);
      for (const int parts : {1, 2, 3, 7}) {
        const std::vector<std::int64_t> cuts = tasks.cuts(parts);
        ASSERT_EQ(std::ssize(cuts), parts + 1) << made.name;
        EXPECT_EQ(cuts.front(), 0) << made.name;
        EXPECT_EQ(cuts.back(), tasks.count()) << made.name;
        EXPECT_TRUE(std::is_sorted(cuts.begin(), cuts.end())) << made.name;
        if (tasks.cells() < 8 * parts) continue;
        for (int p = 1; p < parts; ++p) {
          const std::int64_t cut = cuts[static_cast<std::size_t>(p)];
          EXPECT_EQ(tasks.tasks_of(tasks.cell_of(tasks.task(cut))).first, cut) << made.name << ": a cell is cut in two";
        }
      }
    }
  }
}

}  // namespace
}  // namespace scatterfold

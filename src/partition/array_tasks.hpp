// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "partition/reduction.hpp"
#include "partition/tiles.hpp"

namespace scatterfold {

/// One segment of one group, for all positions of a tile: what is folded in one go.
struct ArrayTask {
  std::int64_t tile, group, segment;
};

/// The tasks that make up an array, numbered tile by tile, in it group by group, in that segment by segment. Tasks of
/// the same tile and group make up a cell: their states are joined.
class ArrayTasks {
 public:
  ArrayTasks(Reduction reduction, Tiles tiles);

  const Reduction& reduction() const { return reduction_; }
  const Tiles& tiles() const { return tiles_; }

  std::int64_t count() const { return tiles_.count() * first_task_.back(); }
  ArrayTask task(std::int64_t number) const;

  std::int64_t cells() const { return tiles_.count() * reduction_.groups(); }
  std::int64_t cell_of(const ArrayTask& task) const { return task.tile * reduction_.groups() + task.group; }
  std::int64_t tile_of(std::int64_t cell) const { return cell / reduction_.groups(); }
  std::int64_t group_of(std::int64_t cell) const { return cell % reduction_.groups(); }
  /// Tasks [first, last) of a cell.
  std::pair<std::int64_t, std::int64_t> tasks_of(std::int64_t cell) const;

  /// What each of `parts` takes: task numbers [cuts[i], cuts[i + 1]). Where there are many cells, none is cut in two.
  std::vector<std::int64_t> cuts(int parts) const;

 private:
  Reduction reduction_;
  Tiles tiles_;
  std::vector<std::int64_t> first_task_;  ///< of each group within a tile, and the end
};

}  // namespace scatterfold

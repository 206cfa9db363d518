// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "fold/fold.hpp"
#include "fold/forest.hpp"
#include "partition/array_tasks.hpp"

namespace scatterfold {

/// Values of some neighbouring positions of a cell, of all folds.
struct FinishedCell {
  std::int64_t cell = 0, first = 0, count = 0;  ///< positions of the cell's tile, row-major
  struct Values {
    std::vector<std::vector<std::uint64_t>> fields;  ///< position by position; a field with bins has them side by side
    std::vector<std::uint8_t> empty;
  };
  std::vector<Values> folds;
};

/// What becomes of the tasks of one rank: the states of a cell are joined as they come, in the order of its segments,
/// and finished when all are there. Threads may add at once.
class ArrayCollector {
 public:
  ArrayCollector(const ArrayTasks& tasks, std::vector<const Fold*> folds);

  /// `states` per fold: one per position of the tile, or one table each, aligned for either.
  void add(const ArrayTask& task, const std::vector<const std::byte*>& states);

  const std::vector<const Fold*>& folds() const { return folds_; }
  std::vector<FinishedCell>& finished() { return finished_; }

  /// Of a cell that other ranks have a part of: what is here of the positions [first, first + count), for `finish` on
  /// the rank that gets them.
  std::vector<std::byte> share(std::int64_t cell, std::int64_t first, std::int64_t count) const;
  /// Joins what ranks have of `count` positions, in any order.
  FinishedCell finish(std::int64_t cell, std::int64_t first, std::int64_t count,
                      const std::vector<std::span<const std::byte>>& shares) const;
  /// The most that a share has of a position.
  std::int64_t most_share_bytes() const;

 private:
  struct Cell {
    std::mutex mutex;
    std::int64_t tasks = 0;
    std::vector<Forest> forests;                    ///< per fold
    std::vector<std::vector<std::int64_t>> tables;  ///< per fold, empty where it keeps a state
  };

  std::int64_t positions_of(std::int64_t cell) const;
  FinishedCell finish(std::int64_t cell, std::int64_t first, std::int64_t count, const Cell& parts) const;
  /// `states` per fold, or tables.
  FinishedCell finish_states(std::int64_t cell, std::int64_t first, std::int64_t count,
                             const std::vector<const std::byte*>& states) const;
  std::unique_ptr<Cell> make_cell(std::int64_t positions) const;

  const ArrayTasks& tasks_;
  std::vector<const Fold*> folds_;
  std::mutex mutex_;  // of the map and of what is finished
  std::map<std::int64_t, std::unique_ptr<Cell>> open_;
  std::vector<FinishedCell> finished_;
};

}  // namespace scatterfold

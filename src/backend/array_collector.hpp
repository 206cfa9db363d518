// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/large_array.hpp"
#include "fold/fold.hpp"
#include "fold/forest.hpp"
#include "partition/array_tasks.hpp"

namespace scatterfold {

/// Values of some neighbouring positions of a cell, of all folds.
struct FinishedCell {
  std::int64_t cell = 0, first = 0, count = 0;  ///< positions of the cell's tile, row-major
  struct Values {
    std::vector<LargeArray<std::uint64_t>> fields;  ///< position by position; a field with bins has them side by side
    LargeArray<std::uint8_t> empty;
  };
  std::vector<Values> folds;
};

/// What becomes of finished cells. Threads may call it at once.
using CellSink = std::function<void(FinishedCell)>;

/// What becomes of the tasks of one rank: the states of a cell are joined as they come, in the order of its segments,
/// finished when all are there, and handed on. Threads may add at once.
class ArrayCollector {
 public:
  ArrayCollector(const ArrayTasks& tasks, std::vector<const Fold*> folds, CellSink sink);

  /// `states` per fold: one per position of the tile, or one table each, aligned for either.
  void add(const ArrayTask& task, const std::vector<const std::byte*>& states);

  const std::vector<const Fold*>& folds() const { return folds_; }

  /// Of a cell that other ranks have a part of: appends what is here of the positions [first, first + count), for
  /// `finish` on the rank that gets them.
  void share(std::int64_t cell, std::int64_t first, std::int64_t count, std::vector<std::byte>& to) const;
  /// How many bytes that is.
  std::int64_t share_bytes(std::int64_t cell, std::int64_t count) const;
  /// Joins what ranks have of `count` positions, in any order, on so many threads.
  void finish(std::int64_t cell, std::int64_t first, std::int64_t count,
              const std::vector<std::span<const std::byte>>& shares, int threads) const;
  /// The most that a share has of a position.
  std::int64_t most_share_bytes() const;

 private:
  struct Cell {
    std::mutex mutex;
    std::int64_t tasks = 0;
    std::vector<Forest> forests;                    ///< per fold
    std::vector<std::vector<std::int64_t>> tables;  ///< per fold, empty where it keeps a state
  };

  /// What precedes the states and the table of a fold in a share.
  struct ShareHead {
    std::int64_t state_bytes, table_bytes;
  };

  std::int64_t positions_of(std::int64_t cell) const;
  ShareHead head_of(const Cell& cell, std::size_t fold, std::int64_t count) const;
  void finish(std::int64_t cell, std::int64_t first, std::int64_t count, const Cell& parts) const;
  /// `states` per fold, or tables.
  void finish_states(std::int64_t cell, std::int64_t first, std::int64_t count,
                     const std::vector<const std::byte*>& states) const;
  std::unique_ptr<Cell> make_cell(std::int64_t positions) const;

  const ArrayTasks& tasks_;
  std::vector<const Fold*> folds_;
  CellSink sink_;
  std::mutex mutex_;  // of the map
  std::map<std::int64_t, std::unique_ptr<Cell>> open_;
};

}  // namespace scatterfold

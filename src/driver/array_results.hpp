// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backend/array_collector.hpp"
#include "fold/array_digest.hpp"
#include "fold/result.hpp"
#include "partition/array_tasks.hpp"

namespace scatterfold {

/// A finished cell's positions as boxes of the output of its part, in the order of the cell.
struct CellBox {
  std::int64_t first, count;  ///< positions of the cell
  Hyperslab box;              ///< indices of the part's output
};
std::vector<CellBox> boxes_of(const FinishedCell& cell, const ArrayTasks& tasks);

/// Row-major values of all positions of a part of an array, for each fold, put together from finished cells.
class PartValues {
 public:
  PartValues(const ArrayTasks& tasks, const std::vector<const Fold*>& folds);

  /// Threads may give cells at once.
  void take(const FinishedCell& cell);
  /// Per fold, when all cells were taken.
  const std::vector<FinishedCell::Values>& values() const { return values_; }

 private:
  const ArrayTasks& tasks_;
  std::vector<std::int64_t> shape_;
  std::vector<std::vector<std::int64_t>> widths_;  ///< of the fields of each fold
  std::vector<FinishedCell::Values> values_;
};

/// What is told of the arrays of one analysis, from parts that come in their order.
class ArraySummaries {
 public:
  /// `blank`: names and shapes of the fields, as yet without values.
  ArraySummaries(std::vector<ArrayField> fields, std::vector<ArraySummary> blank);

  void add(const FinishedCell::Values& values, std::int64_t positions, int threads = 1);
  const std::vector<ArraySummary>& summaries() const { return summaries_; }
  std::string digest() const { return digest_.text(); }

 private:
  std::vector<ArrayField> fields_;
  std::vector<ArraySummary> summaries_;
  ArrayDigest digest_;
};

}  // namespace scatterfold

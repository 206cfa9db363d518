// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/array_collector.hpp"
#include "backend/array_matrix.hpp"
#include "backend/backend.hpp"
#include "base/float_environment.hpp"
#include "fold/joiner.hpp"
#include "fold/kernels.hpp"

namespace scatterfold {

/// Folds tasks of an array on the thread it was made on: reads the elements of some positions, lays them out as a
/// matrix, and folds its columns side by side or its rows leaf by leaf.
class ArrayWorker {
 public:
  /// `limits`: how much is read at a time.
  ArrayWorker(const ArraySource& source, const ArrayTasks& tasks, const std::vector<const Fold*>& folds,
              const ArrayLimits& limits);

  void fold(const ArrayTask& task, ArrayCollector& collector, FoldProgress& progress);
  const WorkTimes& times() const { return times_; }

 private:
  struct Part {
    const Fold* fold;
    bool table;
    alignas(16) std::byte params[max_params_bytes];
    HostLeafKernel leaf;
    HostColumnKernels columns;
    std::vector<std::byte> running, states;
    std::vector<std::byte> leaf_states;  ///< of the lanes of a leaf with weights
    std::vector<Joiner> leaves;          ///< one per position
  };

  void begin(Part& part, std::int64_t positions) const;
  void fold_columns(const Matrix& matrix);
  void fold_leaves(const Matrix& matrix);
  void fold_leaf(Part& part, const std::byte* values, const double* weights, std::int64_t count, void* state);
  void end(Part& part, std::int64_t positions) const;

  const ArrayTasks& tasks_;
  ArrayLimits limits_;
  ArrayMatrix matrix_;
  std::vector<Part> parts_;
  std::vector<std::byte> turned_;  ///< columns of a table's block, one after the other
  WorkTimes times_;
  DefaultFloatEnvironment environment_;
};

}  // namespace scatterfold

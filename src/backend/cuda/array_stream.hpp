// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "backend/array_collector.hpp"
#include "backend/array_matrix.hpp"
#include "backend/backend.hpp"
#include "backend/cuda/block.hpp"
#include "backend/cuda/handles.hpp"
#include "backend/cuda/kernel_table.hpp"
#include "base/float_environment.hpp"
#include "fold/joiner.hpp"

namespace scatterfold::cuda {

/// Folds tasks of an array on a stream of its own, from the thread it was made on: reads and lays out elements in
/// pinned memory, copies and folds them. While one stream reads, others copy and compute.
class ArrayStream {
 public:
  ArrayStream(const ArraySource& source, const ArrayTasks& tasks, const std::vector<const Fold*>& folds,
              const ArrayLimits& limits);

  void fold(const ArrayTask& task, ArrayCollector& collector, FoldProgress& progress);
  const WorkTimes& times() const { return times_; }

 private:
  struct Part {
    const Fold* fold;
    const Kernels* kernels;
    Buffer constants;
    alignas(16) std::byte params[max_params_bytes];
    Buffer running, states, joined;  ///< on the device; a table's cells are in `states`
    std::vector<Joiner> batches;     ///< one per position, where leaves come in several batches
    std::vector<std::byte> result;
  };
  /// A batch of elements on the device.
  struct Batch {
    Values values;
    const double* weights;
    std::int64_t positions, elements;
    std::int64_t row_stride;           ///< between positions; 0: neighbours are positions
    bool first = false, last = false;  ///< of the task
  };

  Batch send(const Hyperslab& kept, std::int64_t group, std::int64_t begin, std::int64_t end);
  void begin(Part& part, std::int64_t positions);
  void enqueue(Part& part, const Batch& batch);
  void enqueue_leaves(Part& part, const Batch& batch);
  void end(Part& part, std::int64_t positions);
  static void leave_empty(Part& part, std::int64_t positions);
  void fetch(void* to, const void* from, std::size_t bytes);
  void wait();

  const ArrayTasks& tasks_;
  std::int64_t batch_elements_;
  ArrayMatrix matrix_;
  Stream stream_ = make_stream();
  Event start_ = make_event(true), copied_ = make_event(true), done_ = make_event(true);
  Buffer pinned_, device_, decoded_, table_pinned_, table_device_, fetched_;
  std::vector<Part> parts_;
  WorkTimes times_;
  DefaultFloatEnvironment environment_;
};

}  // namespace scatterfold::cuda

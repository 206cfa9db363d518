// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/array_worker.hpp"

#include <algorithm>

#include "backend/aligned.hpp"
#include "fold/column_fold.hpp"
#include "partition/copy_box.hpp"
#include "source/timer.hpp"

namespace scatterfold {

ArrayWorker::ArrayWorker(const ArraySource& source, const ArrayTasks& tasks, const std::vector<const Fold*>& folds,
                         const ArrayLimits& limits)
    : tasks_(tasks), limits_(limits), matrix_(source, tasks.reduction(), limits) {
  for (const Fold* fold : folds) {
    Part& part = parts_.emplace_back();
    part.fold = fold;
    part.table = fold->state_bytes() == 0;
    part.leaf = host_leaf_kernel(fold->key());
    part.columns = host_column_kernels(fold->key());
    part.leaf_states.resize(static_cast<std::size_t>(fold->weighted() ? lanes * fold->state_bytes() : 0));
    fold->place_params(part.params, fold->constants().data());
  }
}

void ArrayWorker::begin(Part& part, std::int64_t positions) const {
  const bool columns = tasks_.reduction().order() == FoldOrder::columns;
  if (part.table) {
    part.states.assign(static_cast<std::size_t>(positions * part.fold->slots()) * sizeof(std::int64_t), std::byte{0});
    return;
  }
  part.states.resize(static_cast<std::size_t>(positions * part.fold->state_bytes()));
  if (columns) {
    part.running.resize(static_cast<std::size_t>(part.columns.running_bytes(positions) + line_bytes));
    part.columns.start(part.params, positions, aligned_to_line(part.running));
  } else {
    while (static_cast<std::int64_t>(part.leaves.size()) < positions) part.leaves.emplace_back(*part.fold);
  }
}

void ArrayWorker::fold(const ArrayTask& task, ArrayCollector& collector, FoldProgress& progress) {
  const Reduction& reduction = tasks_.reduction();
  const Hyperslab kept = tasks_.tiles().tile(task.tile);
  const std::int64_t positions = kept.elements();
  const std::int64_t first = reduction.segment_begin(task.group, task.segment);
  const std::int64_t last = reduction.segment_begin(task.group, task.segment + 1);
  for (Part& part : parts_) begin(part, positions);
  for (std::int64_t begin = first; begin < last; begin += limits_.reduced_elements) {
    ReadCost cost;
    const Matrix matrix = matrix_.read(kept, task.group, begin, std::min(last, begin + limits_.reduced_elements), cost);
    times_.read_s += cost.read_s;
    times_.decode_s += cost.decode_s;
    times_.bytes_read += cost.bytes;
    {
      const Timer timer(times_.compute_s);
      reduction.order() == FoldOrder::columns ? fold_columns(matrix) : fold_leaves(matrix);
    }
    times_.elements += matrix.positions * matrix.elements;
    progress.elements.fetch_add(matrix.positions * matrix.elements, std::memory_order_relaxed);
  }
  const Timer timer(times_.compute_s);
  std::vector<const std::byte*> states;
  for (Part& part : parts_) {
    end(part, positions);
    states.push_back(part.states.data());
  }
  collector.add(task, states);
}

void ArrayWorker::fold_columns(const Matrix& m) {
  const std::int64_t size = size_of(parts_.front().fold->key().value);
  const MissingMark& mark = matrix_.decoding().mark;
  for (std::int64_t row = 0; row < m.elements; row += column_elements) {
    const std::int64_t rows = std::min<std::int64_t>(column_elements, m.elements - row);
    const std::byte* const block = m.values + row * m.positions * size;
    for (Part& part : parts_) {
      if (!part.table) {
        part.columns.block(part.params, block, m.weights == nullptr ? nullptr : m.weights + row * m.positions,
                           m.positions, m.positions, static_cast<int>(rows), mark, aligned_to_line(part.running));
        continue;
      }
      turned_.resize(static_cast<std::size_t>(m.positions * rows * size));
      copy_box({rows, m.positions}, block, {m.positions, 1}, turned_.data(), {1, rows}, size);
      const std::int64_t slots = part.fold->slots();
      for (std::int64_t p = 0; p < m.positions; ++p) {
        part.leaf(part.params, turned_.data() + p * rows * size, rows, mark,
                  part.states.data() + p * slots * static_cast<std::int64_t>(sizeof(std::int64_t)));
      }
    }
  }
}

void ArrayWorker::fold_leaves(const Matrix& m) {
  const std::int64_t size = size_of(parts_.front().fold->key().value);
  const MissingMark& mark = matrix_.decoding().mark;
  for (Part& part : parts_) {
    const std::int64_t slots = part.fold->slots();
    for (std::int64_t p = 0; p < m.positions; ++p) {
      const std::byte* const row = m.values + p * m.elements * size;
      for (std::int64_t i = 0; i < m.elements; i += leaf_elements) {
        const std::int64_t count = std::min<std::int64_t>(leaf_elements, m.elements - i);
        if (part.table) {
          part.leaf(part.params, row + i * size, count, mark,
                    part.states.data() + p * slots * static_cast<std::int64_t>(sizeof(std::int64_t)));
        } else {
          Joiner& leaves = part.leaves[static_cast<std::size_t>(p)];
          fold_leaf(part, row + i * size, m.weights == nullptr ? nullptr : m.weights + p * m.elements + i, count,
                    leaves.next());
          leaves.push();
        }
      }
    }
  }
}

/// One that has weights is folded as 64 columns, its lanes, which then join by halving.
void ArrayWorker::fold_leaf(Part& part, const std::byte* values, const double* weights, std::int64_t count,
                            void* state) {
  const MissingMark& mark = matrix_.decoding().mark;
  if (!part.fold->weighted()) return part.leaf(part.params, values, count, mark, state);
  part.running.resize(static_cast<std::size_t>(part.columns.running_bytes(lanes) + line_bytes));
  std::byte* const running = aligned_to_line(part.running);
  part.columns.start(part.params, lanes, running);
  const auto rows = static_cast<int>(count / lanes), rest = static_cast<int>(count % lanes);
  if (rows > 0) part.columns.block(part.params, values, weights, lanes, lanes, rows, mark, running);
  const std::int64_t done = rows * lanes;
  if (rest > 0) {
    part.columns.block(part.params, values + done * size_of(part.fold->key().value), weights + done, lanes, rest, 1,
                       mark, running);
  }
  std::byte* const states = part.leaf_states.data();
  part.columns.states(part.params, lanes, running, states);
  const std::int64_t bytes = part.fold->state_bytes();
  for (int half = lanes / 2; half > 0; half /= 2) part.fold->merge_each(states, states + half * bytes, half);
  std::copy_n(states, bytes, static_cast<std::byte*>(state));
}

void ArrayWorker::end(Part& part, std::int64_t positions) const {
  if (part.table) return;
  if (tasks_.reduction().order() == FoldOrder::columns) {
    part.columns.states(part.params, positions, aligned_to_line(part.running), part.states.data());
    return;
  }
  const std::int64_t bytes = part.fold->state_bytes();
  for (std::int64_t p = 0; p < positions; ++p)
    part.leaves[static_cast<std::size_t>(p)].finish(part.states.data() + p * bytes);
}

}  // namespace scatterfold

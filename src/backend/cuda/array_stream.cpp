// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/array_stream.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "backend/cuda/decode.hpp"
#include "fold/column_fold.hpp"

namespace scatterfold::cuda {
namespace {

constexpr std::int64_t block_elements = std::int64_t{block_leaves} * leaf_elements;
/// Rows of leaves begin at multiples of so many elements.
constexpr std::int64_t row_alignment = 64;

std::int64_t aligned(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

/// Batches of leaves are aligned subtrees of a segment's tree.
std::int64_t batch_of(const Reduction& reduction, std::int64_t wanted) {
  if (reduction.order() == FoldOrder::columns) return wanted;
  return static_cast<std::int64_t>(
      std::bit_floor(static_cast<std::uint64_t>(std::max(wanted, block_elements) / block_elements)) *
      static_cast<std::uint64_t>(block_elements));
}

}  // namespace

ArrayStream::ArrayStream(const ArraySource& source, const ArrayTasks& tasks, const std::vector<const Fold*>& folds,
                         const ArrayLimits& limits)
    : tasks_(tasks),
      batch_elements_(batch_of(tasks.reduction(), limits.reduced_elements)),
      matrix_(source, tasks.reduction(), limits) {
  for (const Fold* fold : folds) {
    Part& part = parts_.emplace_back();
    part.fold = fold;
    part.kernels = &kernels_of(fold->key());
    const auto constants = fold->constants();
    part.constants = Buffer(Buffer::Kind::device, constants.size());
    if (!constants.empty()) {
      check(cudaMemcpyAsync(part.constants.data(), constants.data(), constants.size(), cudaMemcpyHostToDevice,
                            stream_.get()),
            "copying constants");
    }
    fold->place_params(part.params, part.constants.data());
  }
}

void ArrayStream::wait() { check(cudaStreamSynchronize(stream_.get()), "waiting for a batch"); }

void ArrayStream::fetch(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  fetched_.reserve(Buffer::Kind::pinned, bytes);
  check(cudaMemcpyAsync(fetched_.data(), from, bytes, cudaMemcpyDeviceToHost, stream_.get()), "fetching states");
  wait();
  std::memcpy(to, fetched_.data(), bytes);
}

void ArrayStream::fold(const ArrayTask& task, ArrayCollector& collector, FoldProgress& progress) {
  const Reduction& reduction = tasks_.reduction();
  const Hyperslab kept = tasks_.tiles().tile(task.tile);
  const std::int64_t positions = kept.elements();
  const std::int64_t first = reduction.segment_begin(task.group, task.segment);
  const std::int64_t last = reduction.segment_begin(task.group, task.segment + 1);
  for (Part& part : parts_) begin(part, positions);
  for (std::int64_t at = first; at < last; at += batch_elements_) {
    const std::int64_t end = std::min(last, at + batch_elements_);
    Batch batch = send(kept, task.group, at, end);
    batch.first = at == first;
    batch.last = end == last;
    for (Part& part : parts_) enqueue(part, batch);
    check(cudaEventRecord(done_.get(), stream_.get()), "recording an event");
    wait();  // the other streams go on
    float copy_ms = 0, compute_ms = 0;
    check(cudaEventElapsedTime(&copy_ms, start_.get(), copied_.get()), "timing");
    check(cudaEventElapsedTime(&compute_ms, copied_.get(), done_.get()), "timing");
    times_.copy_s += copy_ms * 1e-3;
    times_.compute_s += compute_ms * 1e-3;
    times_.elements += batch.positions * batch.elements;
    progress.elements.fetch_add(batch.positions * batch.elements, std::memory_order_relaxed);
  }
  std::vector<const std::byte*> states;
  for (Part& part : parts_) {
    if (first < last) {
      end(part, positions);
    } else {
      leave_empty(part, positions);
    }
    states.push_back(part.result.data());
  }
  collector.add(task, states);
}

ArrayStream::Batch ArrayStream::send(const Hyperslab& kept, std::int64_t group, std::int64_t begin, std::int64_t end) {
  const Decoding& decoding = matrix_.decoding();
  const std::int64_t positions = kept.elements(), elements = end - begin;
  const bool by_positions = tasks_.reduction().order() == FoldOrder::leaves || matrix_.lies_by_positions();
  const std::int64_t row_stride = aligned(elements, row_alignment);
  const std::int64_t count = by_positions ? positions * row_stride : positions * elements;
  const bool weighted = std::any_of(parts_.begin(), parts_.end(), [](const Part& p) { return p.fold->weighted(); });
  const std::int64_t stored_bytes = aligned(count * size_of(decoding.stored), 256);
  const std::int64_t bytes = stored_bytes + (weighted ? count * static_cast<std::int64_t>(sizeof(double)) : 0);
  pinned_.reserve(Buffer::Kind::pinned, static_cast<std::size_t>(bytes));
  device_.reserve(Buffer::Kind::device, static_cast<std::size_t>(bytes));
  ReadCost cost;
  matrix_.lay_out(kept, group, begin, end,
                  {pinned_.data(), weighted ? pinned_.data() + stored_bytes : nullptr, row_stride, by_positions}, cost);
  times_.read_s += cost.read_s;
  times_.decode_s += cost.decode_s;
  times_.bytes_read += cost.bytes;
  check(cudaEventRecord(start_.get(), stream_.get()), "recording an event");
  check(cudaMemcpyAsync(device_.data(), pinned_.data(), static_cast<std::size_t>(bytes), cudaMemcpyHostToDevice,
                        stream_.get()),
        "copying data");
  check(cudaEventRecord(copied_.get(), stream_.get()), "recording an event");
  const auto* const weights = weighted ? reinterpret_cast<const double*>(device_.data() + stored_bytes) : nullptr;
  const std::byte* values = device_.data();
  if (decoding.needed) {
    decoded_.reserve(Buffer::Kind::device, static_cast<std::size_t>(count * size_of(decoding.value)));
    check(decode_values(stream_.get(), decoding, device_.data(), count, decoded_.data()), "decoding");
    values = decoded_.data();
  }
  return {{values, false, decoding.mark}, weights, positions, elements, by_positions ? row_stride : 0};
}

void ArrayStream::begin(Part& part, std::int64_t positions) {
  const std::int64_t slots = part.fold->slots();
  if (slots > 0) {
    part.states.reserve(Buffer::Kind::device, static_cast<std::size_t>(positions * slots) * sizeof(std::int64_t));
    check(cudaMemsetAsync(part.states.data(), 0, static_cast<std::size_t>(positions * slots) * sizeof(std::int64_t),
                          stream_.get()),
          "clearing tables");
  } else if (tasks_.reduction().order() == FoldOrder::columns) {
    part.running.reserve(Buffer::Kind::device, static_cast<std::size_t>(positions * part.kernels->running_bytes));
    part.states.reserve(Buffer::Kind::device, static_cast<std::size_t>(positions * part.fold->state_bytes()));
  } else {
    while (std::ssize(part.batches) < positions) part.batches.emplace_back(*part.fold);
  }
}

void ArrayStream::enqueue(Part& part, const Batch& batch) {
  const bool columns = tasks_.reduction().order() == FoldOrder::columns;
  const ColumnShape shape =
      batch.row_stride == 0
          ? ColumnShape{batch.positions, batch.positions, 0, batch.positions, batch.elements, batch.elements}
          : ColumnShape{batch.positions, 1, batch.row_stride, 1, batch.elements, batch.elements};
  if (part.fold->slots() > 0) {
    check(part.kernels->count_columns(stream_.get(), part.params, batch.values, shape, part.fold->slots(),
                                      part.states.as<unsigned long long>()),
          "counting");
  } else if (columns) {
    check(part.kernels->columns(stream_.get(), part.params, batch.values, batch.weights, shape, batch.first,
                                part.running.data(), batch.last ? part.states.data() : nullptr),
          "folding");
  } else {
    enqueue_leaves(part, batch);
  }
}

/// Positions are units whose blocks (leaves, where there are weights) join as a binary tree.
void ArrayStream::enqueue_leaves(Part& part, const Batch& batch) {
  const std::int64_t size = part.fold->weighted() ? leaf_elements : block_elements;
  std::vector<Block> blocks;
  std::vector<std::int64_t> offsets = {0};
  for (std::int64_t p = 0; p < batch.positions; ++p) {
    for (std::int64_t i = 0; i < batch.elements; i += size) {
      const auto n = static_cast<std::int32_t>(std::min(size, batch.elements - i));
      blocks.push_back({p * batch.row_stride + i, n, 0});
    }
    offsets.push_back(std::ssize(blocks));
  }
  const std::size_t block_bytes = blocks.size() * sizeof(Block), offset_bytes = offsets.size() * sizeof(offsets[0]);
  wait();  // the tables of the fold before are in use until then
  table_pinned_.reserve(Buffer::Kind::pinned, block_bytes + offset_bytes);
  table_device_.reserve(Buffer::Kind::device, block_bytes + offset_bytes);
  std::memcpy(table_pinned_.data(), blocks.data(), block_bytes);
  std::memcpy(table_pinned_.data() + block_bytes, offsets.data(), offset_bytes);
  check(cudaMemcpyAsync(table_device_.data(), table_pinned_.data(), block_bytes + offset_bytes, cudaMemcpyHostToDevice,
                        stream_.get()),
        "copying data");
  const auto count = std::ssize(blocks);
  const std::int64_t state_bytes = part.fold->state_bytes();
  part.states.reserve(Buffer::Kind::device, static_cast<std::size_t>(count * state_bytes));
  part.joined.reserve(Buffer::Kind::device, static_cast<std::size_t>(batch.positions * state_bytes));
  const auto* const on_device = table_device_.as<const Block>();
  check(part.fold->weighted()
            ? part.kernels->weighted_leaves(stream_.get(), part.params, batch.values, batch.weights, on_device, count,
                                            part.states.data())
            : part.kernels->fold_blocks(stream_.get(), part.params, batch.values, on_device, count, part.states.data()),
        "folding");
  check(part.kernels->join(stream_.get(), part.params, part.states.data(), count,
                           reinterpret_cast<const std::int64_t*>(table_device_.data() + block_bytes), 0,
                           batch.positions, part.joined.data()),
        "joining states");
  part.result.resize(static_cast<std::size_t>(batch.positions * state_bytes));
  fetch(part.result.data(), part.joined.data(), part.result.size());
  for (std::int64_t p = 0; p < batch.positions; ++p) {
    Joiner& batches = part.batches[static_cast<std::size_t>(p)];
    std::memcpy(batches.next(), part.result.data() + p * state_bytes, static_cast<std::size_t>(state_bytes));
    batches.push();
  }
}

void ArrayStream::leave_empty(Part& part, std::int64_t positions) {
  const std::int64_t slots = part.fold->slots(), state_bytes = part.fold->state_bytes();
  part.result.assign(static_cast<std::size_t>(positions * slots) * sizeof(std::int64_t), std::byte{0});
  if (slots > 0) return;
  part.result.resize(static_cast<std::size_t>(positions * state_bytes));
  for (std::int64_t p = 0; p < positions; ++p) part.fold->identity(part.result.data() + p * state_bytes);
}

void ArrayStream::end(Part& part, std::int64_t positions) {
  const std::int64_t slots = part.fold->slots(), state_bytes = part.fold->state_bytes();
  part.result.resize(static_cast<std::size_t>(
      positions * (slots > 0 ? slots * static_cast<std::int64_t>(sizeof(std::int64_t)) : state_bytes)));
  if (slots > 0) return fetch(part.result.data(), part.states.data(), part.result.size());
  if (tasks_.reduction().order() != FoldOrder::columns) {
    for (std::int64_t p = 0; p < positions; ++p)
      part.batches[static_cast<std::size_t>(p)].finish(part.result.data() + p * state_bytes);
    return;
  }
  fetch(part.result.data(), part.states.data(), part.result.size());
}

}  // namespace scatterfold::cuda

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/host_worker.hpp"

#include <algorithm>

#include "backend/aligned.hpp"
#include "source/timer.hpp"

namespace scatterfold {
HostWorker::Part::Part(const Fold& f)
    : fold(&f),
      kernel(host_leaf_kernel(f.key())),
      params{},
      leaves(f),
      units(f),
      segments(f),
      state(static_cast<std::size_t>(f.state_bytes())),
      cells(static_cast<std::size_t>(f.slots()), 0) {
  f.place_params(params, f.constants().data());
}

HostWorker::HostWorker(const Source& source, const std::vector<const Fold*>& folds, std::int64_t read_elements)
    : source_(source),
      view_(source.make_view()),
      decoding_(source.decoding()),
      decode_(decoding_.needed ? host_decode_kernel(decoding_) : nullptr),
      read_limit_(read_elements) {
  for (const Fold* fold : folds) parts_.emplace_back(*fold);
  if (decode_ != nullptr) values_.resize(leaf_elements * sizeof(double) + line_bytes);
}

void HostWorker::fold_run(const Run& run, FoldProgress& progress) {
  const Partition& partition = source_.partition();
  std::int64_t next = run.first;  // the segments before it that are not done yet have no elements
  for (std::int64_t segment = run.first; segment < run.last; ++segment) {
    if (next <= segment) next = partition.next_with_elements(segment);
    for (const Span& span : segment == next ? partition.segment(segment) : std::vector<Span>{}) {
      fold_span(span, progress);
      for (Part& part : parts_) {
        if (part.state.empty()) continue;
        part.leaves.finish(part.units.next());
        part.units.push();
      }
    }
    for (Part& part : parts_) {
      if (part.state.empty()) continue;
      part.units.finish(part.segments.next());
      part.segments.push();
    }
  }
  for (Part& part : parts_) {
    if (!part.state.empty()) part.segments.finish(part.state.data());
  }
}

void HostWorker::fold_span(const Span& span, FoldProgress& progress) {
  const std::int64_t size = size_of(decoding_.stored);
  for (std::int64_t begin = span.begin; begin < span.end; begin += read_limit_) {
    const Span piece{span.unit, begin, std::min(span.end, begin + read_limit_)};
    bool viewed = false;
    const std::byte* const stored = stored_bytes(piece, viewed);
    const double decoded_before = times_.decode_s;
    {
      const Timer timer(times_.compute_s);
      for (std::int64_t at = 0; at < piece.elements(); at += leaf_elements) {
        fold_leaf(stored + at * size, std::min<std::int64_t>(leaf_elements, piece.elements() - at));
      }
    }
    times_.compute_s -= times_.decode_s - decoded_before;  // leaves decode on the way
    if (viewed) view_->check(piece);
    times_.elements += piece.elements();
    progress.elements.fetch_add(piece.elements(), std::memory_order_relaxed);
  }
}

const std::byte* HostWorker::stored_bytes(const Span& span, bool& viewed) {
  const std::int64_t bytes = span.elements() * size_of(decoding_.stored);
  if (view_ != nullptr) {
    const Timer timer(times_.read_s);
    if (const std::byte* found = view_->find(span)) {
      viewed = true;
      times_.bytes_read += bytes;
      times_.bytes_in_place += bytes;
      return found;
    }
  }
  if (static_cast<std::int64_t>(buffer_.size()) < bytes + line_bytes)
    buffer_.resize(static_cast<std::size_t>(bytes + line_bytes));
  std::byte* const stored = aligned_to_line(buffer_);
  const ReadCost cost = source_.read(span, stored);
  times_.read_s += cost.read_s;
  times_.decode_s += cost.decode_s;
  times_.compute_s += cost.compute_s;
  times_.bytes_read += cost.bytes;
  return stored;
}

void HostWorker::fold_leaf(const std::byte* stored, std::int64_t count) {
  const void* values = stored;
  if (decode_ != nullptr) {
    std::byte* decoded = aligned_to_line(values_);
    const Timer timer(times_.decode_s);
    decode_(decoding_, stored, count, decoded);
    values = decoded;
  }
  for (Part& part : parts_) {
    if (part.state.empty()) {
      part.kernel(part.params, values, count, decoding_.mark, part.cells.data());
    } else {
      // State is written through a pointer of its own type: the joiner's storage is aligned for any of them.
      part.kernel(part.params, values, count, decoding_.mark, part.leaves.next());
      part.leaves.push();
    }
  }
}

}  // namespace scatterfold

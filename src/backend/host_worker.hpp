// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "backend/backend.hpp"
#include "base/float_environment.hpp"
#include "fold/joiner.hpp"
#include "fold/kernels.hpp"

namespace scatterfold {

/// Folds runs of segments on the thread it was made on: reads a span, decodes and folds it leaf by leaf while it is in
/// cache. Owns its buffers; states go to the forests given by the caller, cells stay here until `take_cells`.
class HostWorker {
 public:
  /// Reads at most `read_elements` at a time, whole leaves (host_read_elements).
  HostWorker(const Source& source, const std::vector<const Fold*>& folds, std::int64_t read_elements);
  HostWorker(const HostWorker&) = delete;
  HostWorker& operator=(const HostWorker&) = delete;

  /// Folds a run; afterwards `state(f)` holds the state of fold f over it.
  void fold_run(const Run& run, FoldProgress& progress);
  const std::byte* state(std::size_t fold) const { return parts_[fold].state.data(); }
  const std::vector<std::int64_t>& cells(std::size_t fold) const { return parts_[fold].cells; }
  const WorkTimes& times() const { return times_; }

 private:
  /// One fold's way up: leaves join to the unit's state, units to the segment's, segments to the run's.
  struct Part {
    explicit Part(const Fold& fold);
    const Fold* fold;
    HostLeafKernel kernel;
    alignas(16) std::byte params[max_params_bytes];
    Joiner leaves, units, segments;
    std::vector<std::byte> state;
    std::vector<std::int64_t> cells;
  };

  void fold_span(const Span& span, FoldProgress& progress);
  /// The stored bytes of a span: where they are in memory, or in the buffer.
  const std::byte* stored_bytes(const Span& span, bool& viewed);
  void fold_leaf(const std::byte* stored, std::int64_t count);

  const Source& source_;
  const std::unique_ptr<SourceView> view_;
  Decoding decoding_;
  HostDecodeKernel decode_;
  std::int64_t read_limit_;
  std::vector<Part> parts_;
  std::vector<std::byte> buffer_, values_;
  WorkTimes times_;
  DefaultFloatEnvironment environment_;
};

}  // namespace scatterfold

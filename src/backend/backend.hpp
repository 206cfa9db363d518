// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "backend/array_collector.hpp"
#include "backend/array_sizes.hpp"
#include "fold/fold.hpp"
#include "fold/forest.hpp"
#include "partition/partition.hpp"
#include "source/source.hpp"

namespace scatterfold {

/// What one rank has of one fold: a forest of states or a table of cells.
struct Partial {
  explicit Partial(const Fold& fold) : forest(fold), cells(static_cast<std::size_t>(fold.slots()), 0) {}
  Forest forest;
  std::vector<std::int64_t> cells;
};

/// Seconds that a rank spent, averaged over the threads that took part, and what it moved.
struct WorkTimes {
  double read_s = 0, decode_s = 0, copy_s = 0, compute_s = 0;
  std::int64_t bytes_read = 0, elements = 0;
  std::int64_t bytes_in_place = 0;  ///< of bytes_read: folded where the kernel holds them, without reading
  int threads_without_memory = 0;   ///< that had no part, because their buffers would not have fitted
};

/// Counts as work gets done, for a progress line in another thread.
struct FoldProgress {
  std::atomic<std::int64_t> elements{0};
};

/// The size of the runs that a CPU's threads take.
inline constexpr std::int64_t host_run_bytes = std::int64_t{8} << 20;

/// How one process computes.
class Backend {
 public:
  virtual ~Backend() = default;

  /// Folds the runs of `share` with every fold in one pass over the data and adds to `partials` (one per fold).
  /// Errors: what the source throws; ResourceError. Local: no communication.
  virtual WorkTimes fold(const Source& source, const std::vector<const Fold*>& folds, const Share& share,
                         std::vector<Partial>& partials, FoldProgress& progress) = 0;

  /// Folds the tasks [first, last) of an array into `collector`. Errors and communication as above.
  virtual WorkTimes fold_array(const ArraySource& source, const ArrayTasks& tasks, std::int64_t first,
                               std::int64_t last, const ArraySizes& sizes, ArrayCollector& collector,
                               FoldProgress& progress) = 0;

  virtual std::int64_t array_bytes() const { return host_array_bytes; }

  virtual int threads() const { return 1; }
  /// How large runs of segments should be: small enough to balance, large enough not to be felt.
  virtual std::int64_t run_bytes() const { return host_run_bytes; }
  /// Sums of tables that live on the GPU go through NCCL only where there is one.
  virtual bool on_gpu() const { return false; }
};

std::unique_ptr<Backend> make_serial_backend(std::int64_t memory_bytes);
std::unique_ptr<Backend> make_threads_backend(int threads, std::int64_t memory_bytes);

/// The level of the runs that work is handed out in: at most `target_bytes` each, less where the data is small, so that
/// `workers` all have something. Whatever it is, the bits are the same.
int run_level(const Partition& partition, std::int64_t element_bytes, std::int64_t target_bytes, int workers);

}  // namespace scatterfold

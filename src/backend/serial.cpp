// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/array_worker.hpp"
#include "backend/empty_runs.hpp"
#include "backend/host_memory.hpp"
#include "backend/host_worker.hpp"

namespace scatterfold {
namespace {

/// One core, one run after the other: what every other mode is compared with, bit for bit.
class SerialBackend : public Backend {
 public:
  explicit SerialBackend(std::int64_t memory_bytes) : memory_bytes_(memory_bytes) {}

  WorkTimes fold(const Source& source, const std::vector<const Fold*>& folds, const Share& share,
                 std::vector<Partial>& partials, FoldProgress& progress) override {
    HostWorker worker(source, folds, host_read_elements(source, 1, memory_bytes_));
    for (std::int64_t r = share.first_run; r < share.last_run; ++r) {
      const std::int64_t next = next_run_with_elements(source.partition(), share, r);
      insert_empty_runs(folds, share, r, next, partials);
      if ((r = next) == share.last_run) break;
      const Run run = share.run(r);
      worker.fold_run(run, progress);
      for (std::size_t f = 0; f < folds.size(); ++f) {
        if (folds[f]->state_bytes() > 0) partials[f].forest.insert(share.level, run.first, worker.state(f));
      }
    }
    for (std::size_t f = 0; f < folds.size(); ++f) {
      for (std::size_t c = 0; c < partials[f].cells.size(); ++c) partials[f].cells[c] += worker.cells(f)[c];
    }
    return worker.times();
  }

  WorkTimes fold_array(const ArraySource& source, const ArrayTasks& tasks, std::int64_t first, std::int64_t last,
                       const ArraySizes& sizes, ArrayCollector& collector, FoldProgress& progress) override {
    ArrayWorker worker(source, tasks, collector.folds(), sizes.limits);
    for (std::int64_t t = first; t < last; ++t) worker.fold(tasks.task(t), collector, progress);
    return worker.times();
  }

 private:
  std::int64_t memory_bytes_;
};

}  // namespace

std::unique_ptr<Backend> make_serial_backend(std::int64_t memory_bytes) {
  return std::make_unique<SerialBackend>(memory_bytes);
}

/// Where few elements of many chunks are selected, what a run has in bytes would allow runs that take hours to look at.
constexpr int highest_run_level = 16;

int run_level(const Partition& partition, std::int64_t element_bytes, std::int64_t target_bytes, int workers) {
  const std::int64_t segment_bytes = std::max<std::int64_t>(1, partition.segment_elements_limit() * element_bytes);
  int level = 0;
  while (level < highest_run_level && (segment_bytes << (level + 1)) <= target_bytes &&
         (partition.segments() >> (level + 1)) >= 4 * static_cast<std::int64_t>(workers)) {
    ++level;
  }
  return level;
}

}  // namespace scatterfold

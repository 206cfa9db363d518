// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <system_error>
#include <thread>

#include "backend/array_threads.hpp"
#include "backend/array_worker.hpp"
#include "backend/empty_runs.hpp"
#include "backend/host_memory.hpp"
#include "backend/host_worker.hpp"
#include "backend/on_threads.hpp"
#include "base/error.hpp"

namespace scatterfold {
namespace {

/// Threads take runs as they get done with their last one. Who folds what does not show in the result.
class ThreadsBackend : public Backend {
 public:
  ThreadsBackend(int threads, std::int64_t memory_bytes) : threads_(threads), memory_bytes_(memory_bytes) {}

  int threads() const override { return threads_; }

  WorkTimes fold(const Source& source, const std::vector<const Fold*>& folds, const Share& share,
                 std::vector<Partial>& partials, FoldProgress& progress) override {
    std::int64_t table_bytes = 0;
    for (const Fold* fold : folds) table_bytes += fold->slots() * static_cast<std::int64_t>(sizeof(std::int64_t));
    const int workers = host_workers(threads_, memory_bytes_, source, table_bytes, share.runs());
    Shared shared{source, folds, share, partials, progress, {share.first_run}, {}, {}, {}};
    on_threads(workers, [&] { work(shared, workers); });
    if (shared.failure) std::rethrow_exception(shared.failure);
    average_times(shared.times, workers);
    shared.times.threads_without_memory =
        threads_ - host_workers(threads_, memory_bytes_, source, table_bytes, std::numeric_limits<std::int64_t>::max());
    return shared.times;
  }

  WorkTimes fold_array(const ArraySource& source, const ArrayTasks& tasks, std::int64_t first, std::int64_t last,
                       const ArraySizes& sizes, ArrayCollector& collector, FoldProgress& progress) override {
    const int workers = std::min(threads_, sizes.workers);
    const ArrayLimits limits = with_readers(sizes.limits, source.source, threads_, workers, last - first);
    return fold_array_on_threads(workers, tasks, first, last, collector, progress,
                                 [&] { return ArrayWorker(source, tasks, collector.folds(), limits); });
  }

 private:
  struct Shared {
    const Source& source;
    const std::vector<const Fold*>& folds;
    const Share& share;
    std::vector<Partial>& partials;
    FoldProgress& progress;
    std::atomic<std::int64_t> next_run;
    std::mutex mutex;  // of everything below, and of the partials
    std::exception_ptr failure;
    WorkTimes times;
  };

  /// The next run with elements. Those before it, which nobody else has taken, are empty and done with.
  static std::int64_t take_run(Shared& s) {
    std::int64_t first = s.next_run, next = 0;
    do {
      if (first >= s.share.last_run) return s.share.last_run;
      next = next_run_with_elements(s.source.partition(), s.share, first);
    } while (!s.next_run.compare_exchange_weak(first, next + 1));
    if (first < next) {
      const std::lock_guard lock(s.mutex);
      insert_empty_runs(s.folds, s.share, first, next, s.partials);
    }
    return next;
  }

  void work(Shared& s, int workers) {
    try {
      HostWorker worker(s.source, s.folds, host_read_elements(s.source, workers, memory_bytes_));
      for (std::int64_t r; (r = take_run(s)) < s.share.last_run;) {
        const Run run = s.share.run(r);
        worker.fold_run(run, s.progress);
        const std::lock_guard lock(s.mutex);
        for (std::size_t f = 0; f < s.folds.size(); ++f) {
          if (s.folds[f]->state_bytes() > 0) s.partials[f].forest.insert(s.share.level, run.first, worker.state(f));
        }
      }
      const std::lock_guard lock(s.mutex);
      for (std::size_t f = 0; f < s.folds.size(); ++f) {
        std::vector<std::int64_t>& cells = s.partials[f].cells;
        for (std::size_t c = 0; c < cells.size(); ++c) cells[c] += worker.cells(f)[c];
      }
      add_times(s.times, worker.times());
    } catch (...) {
      s.next_run = s.share.last_run;  // the others stop after the run they are at
      const std::lock_guard lock(s.mutex);
      if (!s.failure) s.failure = std::current_exception();
    }
  }

  int threads_;
  std::int64_t memory_bytes_;
};

}  // namespace

std::unique_ptr<Backend> make_threads_backend(int threads, std::int64_t memory_bytes) {
  return std::make_unique<ThreadsBackend>(threads, memory_bytes);
}

}  // namespace scatterfold

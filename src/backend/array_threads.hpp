// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "backend/backend.hpp"
#include "backend/on_threads.hpp"
#include "source/box_reader.hpp"

namespace scatterfold {

/// So many times a worker comes back for tasks of an array.
inline constexpr std::int64_t array_turns = 16;

/// How many threads read for each worker where there are fewer tasks than threads. Each has a chunk of its own as it is
/// stored, decoded and kept: no more than there is memory for.
inline ArrayLimits with_readers(ArrayLimits limits, const JoinedSource& source, int threads, int workers,
                                std::int64_t tasks) {
  const std::int64_t each = BoxReader::wanted_bytes(source);
  const std::int64_t idle = threads / std::clamp<std::int64_t>(tasks, 1, workers);
  limits.readers = static_cast<int>(std::clamp<std::int64_t>(limits.reading_bytes / each, 1, idle));
  return limits;
}

/// Threads take tasks of an array as they get done with their last ones; `make()` gives each its worker. Those who read
/// at once read different chunks: tasks that follow one another, which often share them, go to one thread.
template <class Make>
WorkTimes fold_array_on_threads(int threads, const ArrayTasks& tasks, std::int64_t first, std::int64_t last,
                                ArrayCollector& collector, FoldProgress& progress, const Make& make) {
  const auto workers = static_cast<int>(std::clamp<std::int64_t>(last - first, 1, threads));
  const std::int64_t at_once = std::max<std::int64_t>(1, (last - first) / (array_turns * workers));
  std::atomic<std::int64_t> next = first;
  std::mutex mutex;
  std::exception_ptr failure;
  WorkTimes times;
  on_threads(workers, [&] {
    try {
      auto worker = make();
      for (std::int64_t begin; (begin = next.fetch_add(at_once)) < last;) {
        for (std::int64_t t = begin; t < std::min(last, begin + at_once); ++t)
          worker.fold(tasks.task(t), collector, progress);
      }
      const std::lock_guard lock(mutex);
      add_times(times, worker.times());
    } catch (...) {
      next = last;
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  });
  if (failure) std::rethrow_exception(failure);
  average_times(times, workers);
  return times;
}

}  // namespace scatterfold

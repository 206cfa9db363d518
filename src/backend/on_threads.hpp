// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "backend/backend.hpp"

namespace scatterfold {

/// Does the work on so many threads, of which this is one.
template <class Work>
void on_threads(int threads, const Work& work) {
  std::vector<std::jthread> others;
  try {
    for (int t = 1; t < threads; ++t) others.emplace_back([&work] { work(); });
  } catch (const std::system_error&) {
    // Fewer threads than asked for is slower, not wrong; this one is always there.
  }
  work();
}

/// `work(i)` for all i below `count`, on so many threads as they get done with the last. Rethrows what it threw first.
template <class Work>
void for_each_on_threads(int threads, std::int64_t count, const Work& work) {
  std::atomic<std::int64_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  on_threads(static_cast<int>(std::clamp<std::int64_t>(count, 1, threads)), [&] {
    try {
      for (std::int64_t i; (i = next++) < count;) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  });
  if (failure) std::rethrow_exception(failure);
}

inline void add_times(WorkTimes& all, const WorkTimes& more) {
  all.read_s += more.read_s;
  all.decode_s += more.decode_s;
  all.copy_s += more.copy_s;
  all.compute_s += more.compute_s;
  all.bytes_read += more.bytes_read;
  all.bytes_in_place += more.bytes_in_place;
  all.elements += more.elements;
}

inline void average_times(WorkTimes& times, int threads) {
  times.read_s /= threads;
  times.decode_s /= threads;
  times.copy_s /= threads;
  times.compute_s /= threads;
}

}  // namespace scatterfold

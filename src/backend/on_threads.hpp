// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

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

inline void add_times(WorkTimes& all, const WorkTimes& more) {
  all.read_s += more.read_s;
  all.decode_s += more.decode_s;
  all.copy_s += more.copy_s;
  all.compute_s += more.compute_s;
  all.bytes_read += more.bytes_read;
  all.elements += more.elements;
}

inline void average_times(WorkTimes& times, int threads) {
  times.read_s /= threads;
  times.decode_s /= threads;
  times.copy_s /= threads;
  times.compute_s /= threads;
}

}  // namespace scatterfold

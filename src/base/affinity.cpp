// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/affinity.hpp"

#include <sched.h>

#include <algorithm>
#include <numeric>
#include <thread>

namespace scatterfold {

std::vector<int> usable_core_numbers() {
  std::vector<int> numbers;
  // Machines with more cores than a cpu_set_t holds refuse a mask that is too small for them.
  for (int cores = CPU_SETSIZE; numbers.empty() && cores <= 1 << 20; cores *= 2) {
    cpu_set_t* set = CPU_ALLOC(cores);
    if (set == nullptr) break;
    const std::size_t bytes = CPU_ALLOC_SIZE(cores);
    if (sched_getaffinity(0, bytes, set) == 0) {
      for (int core = 0; core < cores; ++core) {
        if (CPU_ISSET_S(core, bytes, set)) numbers.push_back(core);
      }
    }
    CPU_FREE(set);
  }
  if (numbers.empty()) {
    numbers.resize(std::max(1u, std::thread::hardware_concurrency()));
    std::iota(numbers.begin(), numbers.end(), 0);
  }
  return numbers;
}

int usable_cores() { return static_cast<int>(usable_core_numbers().size()); }

int core_share(const std::vector<int>& mine, const std::vector<int>& users) {
  double share = 0;
  for (const int core : mine) share += 1.0 / users.at(static_cast<std::size_t>(core));
  return std::max(1, static_cast<int>(share + 1e-6));
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/machine.hpp"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

namespace scatterfold {

int usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (sched_getaffinity(0, sizeof cores, &cores) != 0) return std::max(1u, std::thread::hardware_concurrency());
  return std::max(1, CPU_COUNT(&cores));
}

std::int64_t free_memory_bytes() {
  std::int64_t free_bytes = std::numeric_limits<std::int64_t>::max();
  std::ifstream info("/proc/meminfo");
  for (std::string key, rest; info >> key; std::getline(info, rest)) {
    if (key == "MemAvailable:") {
      std::int64_t kib = 0;
      info >> kib;
      free_bytes = kib * 1024;
      break;
    }
  }
  std::int64_t limit = 0, used = 0;  // "max" where there is no limit: then the read fails and nothing changes
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> limit && std::ifstream("/sys/fs/cgroup/memory.current") >> used) {
    free_bytes = std::min(free_bytes, std::max<std::int64_t>(0, limit - used));
  }
  return free_bytes;
}

}  // namespace scatterfold

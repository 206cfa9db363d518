// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/doctor_machine.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace scatterfold {
namespace {

/// The affinity mask on machines of any size: the set grows until the kernel accepts it.
template <class Use>
void with_affinity(const Use& use) {
  for (int cores = 1024; cores <= 1 << 20; cores *= 2) {
    cpu_set_t* set = CPU_ALLOC(cores);
    const std::size_t bytes = CPU_ALLOC_SIZE(cores);
    const bool good = set != nullptr && sched_getaffinity(0, bytes, set) == 0;
    if (good) use(set, bytes, cores);
    CPU_FREE(set);
    if (good) return;
  }
}

}  // namespace

std::string affinity_text() {
  std::string text;
  with_affinity([&](const cpu_set_t* set, std::size_t bytes, int cores) {
    for (int begin = 0; begin < cores; ++begin) {
      if (!CPU_ISSET_S(begin, bytes, set)) continue;
      int end = begin;
      while (end + 1 < cores && CPU_ISSET_S(end + 1, bytes, set)) ++end;
      if (!text.empty()) text += ",";
      text += end > begin ? fmt::format("{}-{}", begin, end) : std::to_string(begin);
      begin = end;
    }
  });
  return text;
}

std::string on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = (folder.empty() ? "." : folder) + '/' + program;
    struct stat status {};
    if (stat(candidate.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  return "";
}

std::string processor_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  utsname names{};
  return uname(&names) == 0 ? names.machine : "unknown";
}

}  // namespace scatterfold

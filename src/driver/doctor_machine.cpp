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
#include <functional>
#include <sstream>
#include <string_view>

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

/// The number that a file begins with; -1 where there is none ("max").
double number_in(const std::string& path) {
  std::ifstream in(path);
  double value = -1;
  return in >> value ? value : -1;
}

/// Visits the folders of this process's control group for a controller, from its own up to the root, under both
/// versions of control groups. Inside a container the path may not exist; the root then holds the limits.
void for_each_control_group(const std::string& controller, const std::function<void(const std::string&)>& visit) {
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = ',' + line.substr(first + 1, second - first - 1) + ',';
    const bool unified = controllers == ",,";
    if (!unified && controllers.find(',' + controller + ',') == std::string::npos) continue;
    const std::string root = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/" + controller;
    for (std::string path = line.substr(second + 1); !path.empty() && path != "/"; path.resize(path.rfind('/')))
      visit(root + path);
    visit(root);
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

MemoryFacts memory_facts() {
  MemoryFacts facts;
  std::ifstream in("/proc/meminfo");
  double kibibytes = 0;
  for (std::string name, rest; in >> name >> kibibytes && std::getline(in, rest);) {
    if (name == "MemTotal:") facts.total_bytes = kibibytes * 1024;
    if (name == "MemAvailable:") facts.free_bytes = kibibytes * 1024;
  }
  for_each_control_group("memory", [&](const std::string& folder) {
    for (const char* name : {"/memory.max", "/memory.limit_in_bytes"}) {
      const double limit = number_in(folder + name);
      const bool real = limit >= 0 && limit < facts.total_bytes;  // version 1 says "no limit" with a huge number
      if (real && (facts.limit_bytes == 0 || limit < facts.limit_bytes)) facts.limit_bytes = limit;
    }
  });
  return facts;
}

double cpu_quota_cores() {
  double cores = 0;
  auto apply = [&](double quota, double period) {
    if (quota > 0 && period > 0 && (cores == 0 || quota / period < cores)) cores = quota / period;
  };
  for_each_control_group("cpu", [&](const std::string& folder) {
    std::ifstream in(folder + "/cpu.max");
    double quota = -1, period = -1;
    if (in >> quota >> period) apply(quota, period);
    apply(number_in(folder + "/cpu.cfs_quota_us"), number_in(folder + "/cpu.cfs_period_us"));
  });
  return cores;
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

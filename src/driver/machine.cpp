// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/machine.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <optional>

namespace scatterfold {
namespace {

/// The number that a file begins with; none where there is no file, or another word ("max").
template <class T>
std::optional<T> number_in(const std::string& path) {
  std::ifstream in(path);
  T value = 0;
  return in >> value ? std::optional(value) : std::nullopt;
}

/// Visits the lines "name: value" or "name value" of a file of whole numbers.
void for_each_value(const std::string& path, const std::function<void(const std::string&, std::int64_t)>& visit) {
  std::ifstream in(path);
  std::int64_t value = 0;
  for (std::string name, rest; in >> name >> value && std::getline(in, rest);) visit(name, value);
}

/// Visits the folders of this process's control group for a controller, from its own up to the root, under both
/// versions of control groups. Inside a container the path may not exist; the root then holds the limits.
void for_each_control_group(const std::string& root, const std::string& controller,
                            const std::function<void(const std::string&)>& visit) {
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = ',' + line.substr(first + 1, second - first - 1) + ',';
    const bool unified = controllers == ",,";
    if (!unified && controllers.find(',' + controller + ',') == std::string::npos) continue;
    const std::string top = root + (unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/" + controller);
    for (std::string path = line.substr(second + 1); !path.empty() && path != "/"; path.resize(path.rfind('/')))
      visit(top + path);
    visit(top);
  }
}

/// What a control group uses and cannot give up: without the pages of files, of which reading leaves many.
std::int64_t used_memory(const std::string& group, const char* usage, const std::string& prefix) {
  std::int64_t used = number_in<std::int64_t>(group + usage).value_or(0);
  for_each_value(group + "/memory.stat", [&](const std::string& name, std::int64_t bytes) {
    if (name == prefix + "inactive_file" || name == prefix + "active_file") used -= bytes;
  });
  return std::max<std::int64_t>(0, used);
}

}  // namespace

MemoryFacts memory_facts(const std::string& root) {
  MemoryFacts facts;
  for_each_value(root + "/proc/meminfo", [&](const std::string& name, std::int64_t kibibytes) {
    if (name == "MemTotal:") facts.total_bytes = kibibytes * 1024;
    if (name == "MemAvailable:") facts.free_bytes = kibibytes * 1024;
  });
  const auto apply = [&](const std::string& group, const char* limit_name, const char* usage, const char* prefix) {
    const auto limit = number_in<std::int64_t>(group + limit_name);
    if (!limit || *limit >= facts.total_bytes) return;  // version 1 says "no limit" with a huge number
    facts.limit_bytes = facts.limit_bytes == 0 ? *limit : std::min(facts.limit_bytes, *limit);
    facts.free_bytes =
        std::min(facts.free_bytes, std::max<std::int64_t>(0, *limit - used_memory(group, usage, prefix)));
  };
  for_each_control_group(root, "memory", [&](const std::string& group) {
    apply(group, "/memory.max", "/memory.current", "");
    apply(group, "/memory.limit_in_bytes", "/memory.usage_in_bytes", "total_");
  });
  return facts;
}

std::int64_t storage_bytes_read(const std::string& root) {
  std::int64_t fetched = 0;
  for_each_value(root + "/proc/self/io", [&](const std::string& name, std::int64_t bytes) {
    if (name == "read_bytes:") fetched = bytes;
  });
  return fetched;
}

double cpu_quota_cores(const std::string& root) {
  double cores = 0;
  const auto apply = [&](double quota, double period) {
    if (quota > 0 && period > 0 && (cores == 0 || quota / period < cores)) cores = quota / period;
  };
  for_each_control_group(root, "cpu", [&](const std::string& group) {
    std::ifstream in(group + "/cpu.max");
    double quota = 0, period = 0;
    if (in >> quota >> period) apply(quota, period);
    apply(number_in<double>(group + "/cpu.cfs_quota_us").value_or(0),
          number_in<double>(group + "/cpu.cfs_period_us").value_or(0));
  });
  return cores;
}

}  // namespace scatterfold

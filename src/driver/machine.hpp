// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>

namespace scatterfold {

/// Bytes; 0 where a number is not known or there is no limit.
struct MemoryFacts {
  std::int64_t total_bytes = 0;  ///< of the machine
  std::int64_t free_bytes = 0;   ///< what this process can have without swapping: of the machine, or of its control
                                 ///< groups where one of them leaves less; what the page cache would give up counts
  std::int64_t limit_bytes = 0;  ///< of its control groups, the least
};

/// `root` stands before /proc and /sys, for tests.
MemoryFacts memory_facts(const std::string& root = "");

/// Bytes that this process has had fetched from storage so far, without those that the page cache had; 0 where the
/// system does not tell.
std::int64_t storage_bytes_read(const std::string& root = "");

/// Cores that the control groups' CPU quota allows; 0 without a quota.
double cpu_quota_cores(const std::string& root = "");

}  // namespace scatterfold

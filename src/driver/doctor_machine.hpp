// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// "0-3,8" of the affinity mask.
std::string affinity_text();

/// Where the shell would find `program`; empty where it would not.
std::string on_path(const std::string& program);

/// Bytes; 0 where a number is not known or there is no limit.
struct MemoryFacts {
  double total_bytes = 0, free_bytes = 0;  ///< of the machine; free is what can be had without swapping
  double limit_bytes = 0;                  ///< of this process's control group
};
MemoryFacts memory_facts();

/// Cores that the control group's CPU quota allows; 0 without a quota.
double cpu_quota_cores();

/// "AMD EPYC 9654", or the architecture where the kernel does not say.
std::string processor_name();

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <vector>

namespace scatterfold {

/// The numbers of the cores that this process may run on (its affinity mask), ascending; never empty.
std::vector<int> usable_core_numbers();

/// How many those are.
int usable_cores();

/// What is this process's part of its cores where `users[c]` processes may run on core c: cores of its own count whole,
/// shared ones in parts. At least 1.
int core_share(const std::vector<int>& mine, const std::vector<int>& users);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

namespace scatterfold {

/// Cores this process may run on (its affinity mask).
int usable_cores();

/// Memory that is free for this process: of the machine, or of its control group where that is less.
std::int64_t free_memory_bytes();

}  // namespace scatterfold

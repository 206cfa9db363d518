// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "driver/job.hpp"

namespace scatterfold {

/// "dim,lo,hi[,step]" as -d and `select` have it; an empty lo or hi leaves that end open. Errors: UsageError.
DimensionSelection parse_selection(const std::string& text);

}  // namespace scatterfold

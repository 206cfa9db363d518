// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "fold/result.hpp"

namespace scatterfold {

/// Arrays as people read them: which dimensions they have, and a line each with its extremes and mean; where there are
/// few values, the values.
std::string array_table(const std::vector<ArraySummary>& arrays);

}  // namespace scatterfold

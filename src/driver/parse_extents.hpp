// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace scatterfold {

/// "16384,1e4" -> its numbers. Errors: UsageError naming the option.
std::vector<std::int64_t> parse_extents(const std::string& option, const std::string& text);

/// Refuses, of a --shape, more than 32 dimensions, negative extents, and a product of 2^63 or more. Errors: UsageError.
void check_shape(const std::vector<std::int64_t>& shape);

}  // namespace scatterfold

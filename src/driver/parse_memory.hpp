// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>

namespace scatterfold {

/// The bytes of "4GiB", as `option` has them. Errors: UsageError, also for what is less than any run could use.
std::int64_t parse_memory(const std::string& option, const std::string& text);

}  // namespace scatterfold

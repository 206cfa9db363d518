// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "user/user_code.hpp"

namespace scatterfold {

/// "limit=300": a whole number (decimal, or hexadecimal as in 0x1f) is a long long, anything else a double. Errors:
/// UsageError for what is no finite number, or no name that C++ and users' code have free.
UserParameter parse_user_parameter(const std::string& text);
/// Errors: UsageError for a name that is not free, or that is taken already.
void add_user_parameter(std::vector<UserParameter>& parameters, UserParameter parameter);

/// "300"
std::string value_text(const UserParameter& parameter);
/// "constexpr long long limit = 300;"
std::string constant_text(const UserParameter& parameter);

}  // namespace scatterfold

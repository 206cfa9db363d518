// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <string_view>

namespace scatterfold {

/// What is wrong with a line of a job file that is no TOML, and what to do. `said` are the parser's own words.
std::string syntax_problem(std::string_view said, std::string_view line);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

namespace scatterfold {

/// The whole program: arguments in, exit code out. Failures are printed as one line on stderr, by one process.
int run_program(const std::vector<std::string>& arguments);

}  // namespace scatterfold

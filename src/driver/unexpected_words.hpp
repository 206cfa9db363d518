// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace scatterfold {

/// Throws UsageError for the first of `words` that looks like an option: `name` has none of that name, and a near one
/// of `command` is offered.
void refuse_unknown_option(const CLI::App& command, const std::string& name, const std::vector<std::string>& words);

}  // namespace scatterfold

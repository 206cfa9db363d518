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

/// From now on the options of `command` that stand there take no value that looks like an option, which is one whose
/// value was forgotten: UsageError. Numbers may be negative, but for options that name a file.
void refuse_options_as_values(CLI::App& command);

}  // namespace scatterfold

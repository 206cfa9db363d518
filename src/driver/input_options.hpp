// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "driver/job.hpp"

namespace CLI {
class App;
}

namespace scatterfold {

/// Adds --in and --shape, filling `job` while parsing. Errors (while parsing): UsageError.
void add_input_options(CLI::App& app, Job& job);

/// `name` and "FILE:/DATASET" of --in. Errors: UsageError for what is no name for users' C++, or no dataset.
NamedInput named_input(const std::string& name, const std::string& text);

/// Whether what the job says of its inputs makes sense together, whoever said it. Errors: UsageError.
void check_inputs_of(const Job& job);

}  // namespace scatterfold

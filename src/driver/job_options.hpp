// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "driver/job.hpp"

namespace CLI {
class App;
}

namespace scatterfold {

class Analysis;

/// Adds the options that every analysis shares, filling `job` while parsing. Errors (while parsing): UsageError.
void add_job_options(CLI::App& app, Job& job);

/// Adds the options that an analysis declares; values land in `options`.
void add_analysis_options(CLI::App& app, const Analysis& analysis, Options& options);

}  // namespace scatterfold

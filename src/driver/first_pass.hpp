// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "driver/job.hpp"
#include "fold/analysis.hpp"

namespace scatterfold {

class Team;

/// Folds the data with all of `folds` at once; the results are on rank 0.
using Pass = std::function<std::vector<Result>(const std::vector<const Fold*>& folds)>;

/// Binds the job's analyses to the values. Those that leave something to the data (the range of a histogram) share one
/// pass over it first, and every rank learns what it found. Team: collective.
std::vector<std::unique_ptr<Fold>> bind_folds(const Job& job, const ValueKind& values, Team& team, const Pass& pass);

}  // namespace scatterfold

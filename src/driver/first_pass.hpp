// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "driver/inputs.hpp"
#include "driver/job.hpp"
#include "fold/analysis.hpp"

namespace scatterfold {

class Team;

/// One for each analysis of a job.
using Folds = std::vector<std::unique_ptr<Fold>>;

/// Folds the data with all of `folds` at once; the results are on rank 0.
using Pass = std::function<std::vector<Result>(const std::vector<const Fold*>& folds)>;

/// Of each analysis what a first pass found, null where there was none or it is still to come.
using FirstResults = std::vector<std::unique_ptr<Result>>;

/// What the job's analyses get of the inputs.
ValueKind values_of(const Job& job, const Inputs& inputs);

/// Whether an analysis leaves something to the data, such as the range of a histogram.
bool has_first_pass(const Job& job, const ValueKind& values);

/// Those that do share one pass over the data, and every rank learns what it found. Team: collective.
FirstResults first_pass(const Job& job, const ValueKind& values, Team& team, const Pass& pass);

/// Binds the job's analyses to the values. With nothing of `first` this tells all but what first passes find.
/// Errors: UsageError for results that there are none of, and for weights without a use.
Folds bind_folds(const Job& job, const ValueKind& values, const FirstResults& first);

}  // namespace scatterfold

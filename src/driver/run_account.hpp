// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "driver/choose_backend.hpp"
#include "driver/inputs.hpp"
#include "driver/job.hpp"
#include "driver/rank_times.hpp"
#include "fold/result.hpp"

namespace scatterfold {

/// What a run found, on rank 0.
struct Outcome {
  std::vector<Result> results;
  std::string digest;
};

/// What is told of a run, or of one dataset of it, on rank 0.
struct RunAccount {
  RunReport report;  ///< all but what report_times adds
  BottleneckFacts facts;
  std::vector<RankTimes> ranks;
};

/// Of one dataset that is done; rank 0 checks the numeric policy. Team: collective. Errors: NumericError.
RunAccount account_of_dataset(const Job& job, Team& team, const Inputs& inputs, const ChosenBackend& chosen,
                              const RankWork& work, const Stopwatch& watch, Outcome outcome);

/// Of all those of a group, with `note`, if any, before the others. What would help is that of the dataset that took
/// longest. Team: collective.
RunAccount account_of_group(const Job& job, Team& team, const ChosenBackend& chosen, const std::string& note,
                            std::vector<RunAccount> datasets);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/array_output.hpp"
#include "driver/choose_backend.hpp"
#include "driver/deliver.hpp"
#include "driver/fold_with_progress.hpp"
#include "driver/open_input.hpp"
#include "driver/stopwatch.hpp"

namespace scatterfold {

/// Folds a job's analyses into arrays, in as many passes as the memory asks for, and writes them where the job has an
/// output. Gives the results on rank 0, as summaries. Team: collective, inside its own phases.
Outcome run_arrays(const Job& job, Team& team, const Input& input, const ChosenBackend& chosen,
                   const std::vector<std::unique_ptr<Fold>>& folds, std::optional<Delivery>& delivery,
                   const std::string& command_line, Stopwatch& watch, RankWork& work);

}  // namespace scatterfold

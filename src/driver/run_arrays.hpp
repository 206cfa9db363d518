// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "driver/choose_backend.hpp"
#include "driver/deliver.hpp"
#include "driver/fold_with_progress.hpp"
#include "driver/open_input.hpp"
#include "driver/prepared_arrays.hpp"
#include "driver/stopwatch.hpp"

namespace scatterfold {

class GpuTeam;

/// Folds a job's analyses into arrays, in passes of as many positions as were agreed on, one number for each bundle,
/// and writes them where the job has an output. States that ranks exchange go by NCCL where `gpus` is given. Gives the
/// results on rank 0, as summaries. Team: collective, inside its own phases.
Outcome run_arrays(const Job& job, Team& team, GpuTeam* gpus, const Input& input, const ChosenBackend& chosen,
                   const Folds& folds, PreparedArrays& prepared, const std::vector<std::int64_t>& positions,
                   std::optional<Delivery>& delivery, Stopwatch& watch, RankWork& work);

}  // namespace scatterfold

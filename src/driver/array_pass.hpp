// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backend/array_collector.hpp"
#include "backend/array_sizes.hpp"
#include "driver/array_results.hpp"
#include "driver/job.hpp"
#include "driver/open_input.hpp"
#include "driver/prepared_arrays.hpp"

namespace scatterfold {

class Backend;
class GpuTeam;
class Team;
struct RankWork;

/// What folds a rank's tasks of an array, those in [first, last), with a progress line around it.
using FoldTasks = std::function<void(std::int64_t first, std::int64_t last, ArrayCollector& collector)>;

/// What PreparedArrays::settle gives on rank 0. Team: collective. Errors: as it.
std::vector<std::int64_t> agree_on_positions(Team& team, const PreparedArrays& prepared, const Folds& folds,
                                             const std::string& path);

/// How the ranks cut a part of an array. Team: collective; rank 0's memory and threads decide.
ArraySizes agree_on_sizes(Team& team, const Input& input, const Reduction& reduction,
                          const std::vector<const Fold*>& folds, std::int64_t memory_bytes, const Backend& backend);

/// Folds a part of an array: each rank its tasks; of cells that several have a part of, each of these finishes some
/// positions, on so many threads, and gets states by NCCL where `gpus` is given. What this rank has finished goes to
/// `sink`. Team: collective, inside its own phases.
void fold_array_part(Team& team, const ArrayTasks& tasks, const ArraySizes& sizes,
                     const std::vector<const Fold*>& folds, int threads, GpuTeam* gpus, const FoldTasks& fold,
                     const CellSink& sink);

/// Hands what the other ranks have finished to rank 0's `all` (null elsewhere). Team: collective.
void gather_finished(Team& team, std::vector<FinishedCell> mine, int threads, PartValues* all);

}  // namespace scatterfold

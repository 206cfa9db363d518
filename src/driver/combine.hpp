// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <vector>

#include "backend/backend.hpp"
#include "fold/result.hpp"

namespace scatterfold {

class GpuTeam;
class Team;

/// Joins the ranks' partial results: forests are gathered and joined in the order of their segments, tables are added.
/// `gpus` is null where MPI (or the host alone) combines. Returns the results on rank 0, nothing elsewhere.
/// Team: collective, inside its own phases.
std::vector<Result> combine(Team& team, GpuTeam* gpus, const std::vector<const Fold*>& folds,
                            std::vector<Partial>& partials);

}  // namespace scatterfold

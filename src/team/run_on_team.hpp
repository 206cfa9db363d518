// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <functional>

#include "team/team.hpp"

namespace scatterfold {

/// Runs `run` on this rank of the team and gives the exit code; what main does once the team exists. A failure that
/// the team agreed on is printed by rank 0, and all return its code. A failure of this rank alone is printed here, and
/// the team is aborted with its code.
/// The line is printed, and stdout flushed, while the team still lives: destroying the team is the last moment at which
/// the ranks meet, and as soon as one has exited with a failure, mpirun kills the others in whatever they are doing.
int run_on_team(Team& team, const std::function<int()>& run);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "team/team.hpp"

namespace scatterfold {

/// From here on an exception that nobody catches (out of a noexcept function, a thread, a destructor) prints one line
/// and ends `team` with ExitCode::internal, never with SIGABRT. `team` may be null: then this process alone. Call it
/// again when the team is made; a team that is destroyed is forgotten by itself.
void install_terminate_handler(Team* team) noexcept;

/// For the destructors of teams: std::terminate must not reach a team that is gone.
void forget_team_at_terminate(const Team* team) noexcept;

}  // namespace scatterfold

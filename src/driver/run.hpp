// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "driver/job.hpp"

namespace scatterfold {

class Team;

/// Runs a job on the team: open, plan, fold, combine, finish, write. Rank 0 prints and writes.
/// Team: collective. Errors: those of the job, agreed on by all ranks.
void run_job(const Job& job, Team& team, const std::string& command_line);

}  // namespace scatterfold

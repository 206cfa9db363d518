// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <exception>
#include <string>

#include "driver/job.hpp"

namespace scatterfold {

class Team;

/// Runs a job on the team: open, plan, fold, combine, finish, write. Rank 0 prints and writes.
/// `input_trouble` is what a look at the input found before the team was made, thrown where all can agree on it.
/// Team: collective. Errors: those of the job, agreed on by all ranks.
void run_job(const Job& job, Team& team, const std::string& command_line, const std::exception_ptr& input_trouble);

}  // namespace scatterfold

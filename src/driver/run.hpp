// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <exception>
#include <string>

#include "driver/find_input.hpp"
#include "driver/job.hpp"

namespace scatterfold {

class Team;

/// What a look at the input found before the team was made; the trouble is thrown where all can agree on it.
struct CheckedInput {
  FoundInput found;
  std::exception_ptr trouble;
};

/// Runs a job on the team: open, plan, fold, combine, finish, write; of a group, on each of its datasets. Rank 0 prints
/// and writes.
/// Team: collective. Errors: those of the job, agreed on by all ranks.
void run_job(const Job& job, Team& team, const std::string& command_line, const CheckedInput& checked);

}  // namespace scatterfold

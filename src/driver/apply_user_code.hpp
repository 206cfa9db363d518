// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

namespace scatterfold {

struct Inputs;
struct Job;
class Team;

/// Gives the inputs' elements the values that the job's kernel or expression makes of them, where there is one. Rank 0
/// compiles for the instruction set that all ranks have. Team: collective. Errors: UsageError with the compiler's
/// words; ResourceError without a compiler.
void apply_user_code(const Job& job, Team& team, Inputs& inputs);
/// The same for this process alone.
void apply_user_code(const Job& job, Inputs& inputs);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

namespace scatterfold {

struct Input;
struct Job;
class Team;

/// Gives the input's elements the values that the job's kernel or expression makes of them, where there is one. Rank 0
/// compiles for the instruction set that all ranks have. Team: collective. Errors: UsageError with the compiler's
/// words; ResourceError without a compiler.
void apply_user_code(const Job& job, Team& team, Input& input);
/// The same for this process alone.
void apply_user_code(const Job& job, Input& input);

}  // namespace scatterfold

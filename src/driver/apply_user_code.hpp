// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

struct Inputs;
struct Job;
class Team;

/// Gives the inputs' elements the values that the job's kernel or expression makes of them, where there is one.
/// `architecture`: of this rank's GPU ("sm_90"); empty where processors compute. A GPU computes the values of one input
/// where nobody asks for its elements' places. Rank 0 compiles for what the ranks have: for one instruction set of
/// processors, and for each architecture; without NVRTC processors compute for GPUs, too. Team: collective.
/// Errors: UsageError with the compiler's words; ResourceError without a compiler.
void apply_user_code(const Job& job, const std::string& architecture, Team& team, Inputs& inputs);
/// The same for this process alone.
void apply_user_code(const Job& job, const std::string& architecture, Inputs& inputs);

}  // namespace scatterfold

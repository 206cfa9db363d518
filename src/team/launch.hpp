// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "team/team.hpp"

namespace scatterfold {

/// Refuses to run N times the same job: a launcher started N tasks that MPI would each take for a run of its own
/// (FAULTS case 16). Call it before MPI is initialised, where Open MPI would abort with pages of text; every task
/// throws, and the one with `launch.rank` 0 alone should print.
/// Errors: ResourceError.
void refuse_singletons(const Launch& launch);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "driver/find_input.hpp"
#include "driver/job.hpp"

namespace scatterfold {

struct Launch;

/// What a run of the job on this input would do, of a group dataset by dataset: what is read and how, how the work is
/// cut, memory, passes. Reads no data and touches neither MPI nor a GPU. Errors: those that a run has before it reads
/// data, but for what only MPI or a GPU can tell.
std::string plan_text(const Job& job, const FoundInput& found, const Launch& launch);

}  // namespace scatterfold

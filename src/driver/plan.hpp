// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "driver/job.hpp"

namespace scatterfold {

struct Launch;

/// What a run of the job would do: what is read and how, how the work is cut, memory, passes. Reads no data and touches
/// neither MPI nor a GPU. Errors: as opening the input and binding the analyses do.
std::string plan_text(const Job& job, const Launch& launch);

}  // namespace scatterfold

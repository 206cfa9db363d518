// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "driver/choose_backend.hpp"
#include "driver/job.hpp"
#include "driver/open_input.hpp"
#include "report/bottleneck_notes.hpp"

namespace scatterfold {

class Team;

/// What the notes on the bottleneck need to know of the inputs and of this rank's machine; what all ranks did is left
/// to be filled in.
BottleneckFacts bottleneck_facts(const Job& job, const Team& team, const std::vector<Input>& inputs,
                                 const ChosenBackend& chosen);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "partition/partition.hpp"

namespace scatterfold {

class Backend;
class Team;
struct Inputs;

/// The rank's runs of segments. Ranks may differ in threads, memory and GPUs, but not in how the runs are cut, nor in
/// what they see under the inputs' names. Team: collective. Errors: InputError where a rank sees another dataset.
Share agree_on_share(Team& team, const Inputs& inputs, const Backend& backend);

}  // namespace scatterfold

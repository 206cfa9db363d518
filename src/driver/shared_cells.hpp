// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "backend/array_collector.hpp"

namespace scatterfold {

class GpuTeam;
class Team;

/// Of cells that several ranks have tasks of, each of these gets from the others the states of some positions and
/// finishes them, in as many rounds as it takes for no rank to hold much more than `exchange_bytes` of states on their
/// way, on so many threads. Shares travel by NCCL where `gpus` is given. Team: collective, inside its own phases.
void join_shared_cells(Team& team, const ArrayTasks& tasks, std::int64_t exchange_bytes, int threads, GpuTeam* gpus,
                       ArrayCollector& collector);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/error.hpp"
#include "team/nccl.hpp"

/// Linked instead of nccl/ where the build found no NCCL.
namespace scatterfold {

std::string nccl_version() { return {}; }

std::unique_ptr<GpuTeam> make_gpu_team(Team&, int) {
  throw ResourceError("this scatterfold was built without NCCL (--combine nccl): use --combine mpi");
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace scatterfold {

class Team;

/// NCCL between the GPUs of a team, one per rank. It sums integers only; states are gathered and joined in order.
/// Collective like the team's own operations; waits by polling with a deadline.
class GpuTeam {
 public:
  virtual ~GpuTeam() = default;

  /// Makes room for sums of `table_bytes` and for gathers where the largest rank gives `state_bytes`, and sees to it
  /// that the GPU works: what can fail on one rank alone, and must be agreed on before the others wait in an operation.
  /// Local. Errors: ResourceError.
  virtual void reserve(std::int64_t table_bytes, std::int64_t state_bytes) = 0;

  /// Adds the cells of all ranks; every rank has the sums afterwards. Errors: PeerError, ResourceError.
  virtual void sum(std::span<std::int64_t> cells) = 0;

  /// The bytes of every rank, in rank order, on every rank; `sizes` says how many each gives.
  virtual std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine,
                                                     std::span<const std::int64_t> sizes) = 0;

  /// Makes room for what goes to the ranks (`to[r]`) and for what comes from them (`arriving[r]` bytes), and sees to it
  /// that the GPU works, as `reserve`. Local. Errors: ResourceError.
  virtual void reserve_exchange(const std::vector<std::vector<std::byte>>& to,
                                std::span<const std::int64_t> arriving) = 0;
  /// As Team::exchange, of what `reserve_exchange` was told last. Errors: PeerError, ResourceError.
  virtual std::vector<std::vector<std::byte>> exchange(std::vector<std::vector<std::byte>> to) = 0;
};

/// "2.28.9", or empty where this build has no NCCL.
std::string nccl_version();

/// Joins the ranks' GPUs. Errors: ResourceError where NCCL is absent or cannot start, agreed on by all ranks.
std::unique_ptr<GpuTeam> make_gpu_team(Team& team, int device);

}  // namespace scatterfold

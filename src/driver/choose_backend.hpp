// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "driver/job.hpp"

namespace scatterfold {

class Team;

/// How this rank computes.
struct ChosenBackend {
  std::unique_ptr<Backend> backend;
  std::string mode;          ///< serial, threads, processes, cuda
  int device = -1;           ///< the GPU, where there is one
  std::string device_uuid;   ///< of it
  std::string architecture;  ///< of it: "sm_90"
  std::string rank_line;     ///< for the header: host, cores, GPU
  std::vector<std::string> notes;
  std::int64_t memory_bytes = 0;
};

/// Memory that a rank may use for data: that of the job, else its share of half of what is free, within 64 MiB and 4
/// GiB.
std::int64_t memory_of(const Job& job, int local_ranks);

/// Chooses by the job's mode and what this rank finds. Local. Errors: ResourceError.
ChosenBackend choose_backend(const Job& job, const Team& team);

/// Errors: ResourceError for --combine nccl where it cannot be.
void check_combine(const Job& job, bool on_gpu);

/// All ranks on different GPUs, or sharing asked for. Team: collective. Errors: ResourceError, agreed.
void check_gpu_sharing(Team& team, const ChosenBackend& chosen, bool share_gpus);

}  // namespace scatterfold

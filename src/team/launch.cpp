// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/launch.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "team/host_name.hpp"
#include "team/mpi_header.hpp"

namespace scatterfold {
namespace {

// Open MPI asks PMIx only (as packaged; support for PMI-1 and PMI-2 was a build option until version 4). Under another
// MPI's mpiexec, or srun --mpi=pmi2, it sees one task.
#ifdef OPEN_MPI
constexpr bool mpi_reads_pmi = false;
#else
constexpr bool mpi_reads_pmi = true;
#endif

/// A whole number of the environment; `absent` when it is not there or something else.
int number(const char* variable, int absent) {
  const char* text = std::getenv(variable);
  if (!text) return absent;
  int value = absent;
  const char* end = text + std::strlen(text);
  const auto [stop, problem] = std::from_chars(text, end, value);
  return problem == std::errc() && stop == end ? value : absent;
}

bool has(const char* variable) { return std::getenv(variable) != nullptr; }

}  // namespace

Launch detect_launch() {
  // mpirun first: inside a Slurm job its ranks also see the variables of the step that carries its daemons.
  if (number("OMPI_COMM_WORLD_SIZE", 0) >= 1) {
    return {number("OMPI_COMM_WORLD_SIZE", 1), number("OMPI_COMM_WORLD_RANK", 0), true, "mpirun"};
  }
  // A batch script has SLURM_NTASKS and SLURM_PROCID too, but no step: one plain process there is legal.
  const bool in_step = has("SLURM_STEP_ID") && has("SLURM_PROCID") && has("SLURM_STEP_NUM_TASKS");
  const int step_tasks = in_step ? number("SLURM_STEP_NUM_TASKS", 1) : 1;
  if (has("PMIX_RANK")) return {step_tasks, number("PMIX_RANK", 0), true, in_step ? "srun" : "pmix"};
  if (number("PMI_SIZE", 0) >= 1 && has("PMI_RANK")) {
    const int tasks = number("PMI_SIZE", 1);
    return {tasks, number("PMI_RANK", 0), mpi_reads_pmi, in_step ? "srun" : "mpiexec"};
  }
  if (in_step) return {step_tasks, number("SLURM_PROCID", 0), false, "srun"};
  return {};
}

void refuse_singletons(const Launch& launch) {
  if (launch.mpi || launch.tasks <= 1) return;
  throw ResourceError(std::to_string(launch.tasks) + " tasks launched but MPI sees 1 (" + host_name() +
                      "): use srun --mpi=pmix or mpirun");
}

}  // namespace scatterfold

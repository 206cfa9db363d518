// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/compare.hpp"

namespace scatterfold {

/// One mode of a comparison: the command to run, or why there is none.
struct CompareMode {
  std::string name;                      ///< serial, threads, processes, mpi, cuda or mpi+cuda
  std::vector<std::string> command;      ///< empty where `absent` says why
  std::string absent;                    ///< "no GPU here"
  int ranks = 1, threads = 1, gpus = 0;  ///< as planned; a run tells what it took
};

std::vector<std::string> compare_mode_names();

/// Whether the mode computes on GPUs.
inline bool uses_gpu(std::string_view mode) { return mode.ends_with("cuda"); }

/// Which of two modes share a backend: with `bits: backend` only those promise each other the same bits.
std::string_view backend_of(std::string_view mode);

/// Whether the job is a job file.
bool is_job_file(const CompareOptions& options);

/// All modes, or those asked for, each with its command. `program` is this executable. `output`: where a job file's
/// runs write their results instead of where the file says; empty where it names no output.
std::vector<CompareMode> plan_modes(const CompareOptions& options, const CompareMachine& machine,
                                    const std::string& program, const std::string& output = "");

/// This process's environment without what the launcher of a single task left in it (a child would take itself for an
/// MPI rank), and with leave for mpirun to run as root where we are root.
std::vector<std::string> child_environment();

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace scatterfold {

/// What `scatterfold compare` is told. What is not its own option goes to the runs as it is.
struct CompareOptions {
  std::vector<std::string> arguments;  ///< all of them, as given
  std::vector<std::string> job;        ///< {"moments", "a.h5:/x", "--order", "4"} or {"JOB.toml", "--set", "..."}
  std::vector<std::string> modes;      ///< those to run, in the order of the table; empty: all that this machine has
  int repeat = 3;
  int ranks = 0;      ///< of mpi; 0: 4, and of mpi+cuda one per GPU
  int threads = 0;    ///< of threads; 0: the cores of the affinity mask
  int processes = 0;  ///< of processes; 0: the cores of the affinity mask
  double timeout_s = 600;
  std::string json;  ///< --json, empty: none; "-": stdout
  bool quiet = false;
  std::string help;  ///< not empty: --help was asked for, this is the text
};

/// What decides which modes there are and how they start.
struct CompareMachine {
  int cores = 1;  ///< of the affinity mask
  int gpus = 0;
  std::string mpirun;     ///< path, empty where it is not on the PATH
  bool open_mpi = true;   ///< the MPI of this build; others' mpirun has other options
  double free_bytes = 0;  ///< memory that the page cache could take; 0: not known
};
CompareMachine this_machine(int gpus);

/// Shows the command in the program's --help. The arguments themselves go to `parse_compare_arguments`: CLI11 would
/// take the name of the analysis for a command of its own.
CLI::App* add_compare_command(CLI::App& app);

/// The arguments after `compare`. Errors: UsageError.
CompareOptions parse_compare_arguments(const std::vector<std::string>& arguments);

/// Runs the job in every mode as child processes of this program, prints the table and writes the JSON. Gives 0 when
/// all modes ran to equal bits.
/// Errors: UsageError; ResourceError for a mode that was asked for and is not here; NumericError when the bits differ;
/// else the error of the first run that failed, with its code.
int run_compare(const CompareOptions& options, const CompareMachine& machine);

}  // namespace scatterfold

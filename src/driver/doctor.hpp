// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "driver/machine.hpp"

namespace scatterfold {

/// Everything the doctor looks at.
struct DoctorFacts {
  std::string host, processor, affinity, instruction_set;
  std::string instruction_set_problem;
  int cores = 1, usable_cores = 1;
  double quota_cores = 0;
  MemoryFacts memory;
  std::string temporary_folder;
  double temporary_free_bytes = 0, shared_memory_free_bytes = 0;
  std::string hdf5_built, hdf5_loaded;
  bool hdf5_threadsafe = false;
  std::vector<std::string> plugin_folders;
  bool plugin_path_set = false;  ///< HDF5_PLUGIN_PATH
  std::string file_locking;      ///< HDF5_USE_FILE_LOCKING, empty when not set
  std::string mpi_built, cuda_built;
  std::string mpi_library;        ///< of MPI_Get_library_version, which needs no MPI_Init; empty: not known
  std::vector<std::string> gpus;  ///< one line each
  std::string gpu_problem;        ///< why there is no usable one: what is there, and what is needed
  std::string mpirun, srun, launcher;
  int tasks = 1;
  bool root = false, root_may_mpirun = false, nvidia_driver = false;
};

/// One line of the report. `remedy` stands below it where something can be done; `serious` where runs would fail.
struct Finding {
  std::string name, value, remedy;
  bool serious = false;
};

DoctorFacts look_around(const std::string& mpi_library);
std::vector<Finding> examine(const DoctorFacts& facts);
std::string findings_text(const std::vector<Finding>& findings);

/// `scatterfold doctor`: the build and the machine, on stdout. Gives 0, or ExitCode::resource where runs would fail
/// here. `mpi_library` is what MPI_Get_library_version says; MPI is not started.
int run_doctor(const std::string& mpi_library);

}  // namespace scatterfold

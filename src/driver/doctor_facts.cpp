// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "backend/cuda_devices.hpp"
#include "base/affinity.hpp"
#include "base/error.hpp"
#include "driver/doctor.hpp"
#include "driver/doctor_machine.hpp"
#include "driver/machine.hpp"
#include "fold/kernels.hpp"
#include "io/hdf5_library.hpp"
#include "report/build_info.hpp"
#include "team/host_name.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text != nullptr ? text : "";
}

double free_bytes_of(const std::string& folder) {
  struct statvfs status {};
  return statvfs(folder.c_str(), &status) == 0
             ? static_cast<double>(status.f_bavail) * static_cast<double>(status.f_frsize)
             : 0;
}

void look_at_hdf5(DoctorFacts& facts) {
  facts.hdf5_built = build_info().hdf5;
  facts.file_locking = variable("HDF5_USE_FILE_LOCKING");
  facts.plugin_path_set = !variable("HDF5_PLUGIN_PATH").empty();
  const Hdf5Library library = loaded_hdf5();
  facts.hdf5_loaded = library.version;
  facts.hdf5_threadsafe = library.threadsafe;
  facts.plugin_folders = library.plugin_folders;
}

}  // namespace

DoctorFacts look_around(const std::string& mpi_library) {
  DoctorFacts facts;
  facts.mpi_library = mpi_library;
  for (const CudaDevice& device : cuda_devices()) facts.gpus.push_back(device.describe());
  if (facts.gpus.empty()) facts.gpu_problem = cuda_trouble();
  facts.host = host_name();
  facts.processor = processor_name();
  facts.affinity = affinity_text();
  try {
    facts.instruction_set = host_instruction_set();
  } catch (const Error& problem) {
    facts.instruction_set_problem = problem.what();
  }
  facts.cores = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  facts.usable_cores = usable_cores();
  facts.quota_cores = cpu_quota_cores();
  facts.memory = memory_facts();
  std::error_code problem;
  const std::filesystem::path temporary = std::filesystem::temp_directory_path(problem);
  facts.temporary_folder = problem ? variable("TMPDIR") : temporary.string();
  facts.temporary_free_bytes = problem ? 0 : free_bytes_of(facts.temporary_folder);
  facts.shared_memory_free_bytes = free_bytes_of("/dev/shm");
  look_at_hdf5(facts);
  facts.mpi_built = build_info().mpi;
  facts.cuda_built = build_info().cuda;
  facts.mpirun = on_path("mpirun");
  facts.srun = on_path("srun");
  const Launch launch = detect_launch();
  facts.launcher = launch.launcher;
  facts.tasks = launch.tasks;
  facts.root = geteuid() == 0;
  facts.root_may_mpirun =
      !variable("OMPI_ALLOW_RUN_AS_ROOT").empty() && !variable("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM").empty();
  facts.nvidia_driver = std::filesystem::exists("/proc/driver/nvidia/version", problem);
  return facts;
}

}  // namespace scatterfold

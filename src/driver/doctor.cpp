// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

constexpr double little_temporary_bytes = 256.0 * 1024 * 1024;
constexpr double little_shared_bytes = 64.0 * 1024 * 1024;  // what a container has by default

/// "Open MPI v4.1.4, package: Debian Open MPI, ident: 4.1.4, ..." -> its first part.
std::string first_part(const std::string& text) { return text.substr(0, text.find_first_of(",\n")); }

Finding cores_finding(const DoctorFacts& facts) {
  Finding finding{"cores",
                  fmt::format("{} of {} usable (affinity {})", facts.usable_cores, facts.cores, facts.affinity), "",
                  false};
  if (facts.quota_cores > 0) finding.value += fmt::format(", CPU quota of {:.3g} cores", facts.quota_cores);
  if (facts.quota_cores > 0 && facts.quota_cores < 0.9 * facts.usable_cores) {
    finding.remedy = fmt::format("the quota is less than the cores: use --threads {}",
                                 std::max(1, static_cast<int>(facts.quota_cores)));
  } else if (facts.usable_cores == 1 && facts.cores > 1) {
    finding.remedy = facts.launcher == "mpirun"
                         ? "mpirun binds each rank to one core: use mpirun --bind-to none, or --map-by slot:PE=N"
                     : facts.launcher == "srun"
                         ? "one core per task: use srun --cpus-per-task=N (and export SRUN_CPUS_PER_TASK)"
                         : "this shell may use one core only: look at taskset -p $$ and the batch job's request";
  }
  return finding;
}

Finding memory_finding(const DoctorFacts& facts) {
  Finding finding{"memory",
                  fmt::format("{}, {} free", format_bytes(static_cast<double>(facts.memory.total_bytes)),
                              format_bytes(static_cast<double>(facts.memory.free_bytes))),
                  "", false};
  if (facts.memory.limit_bytes > 0)
    finding.value += fmt::format("; limit of this job {}", format_bytes(static_cast<double>(facts.memory.limit_bytes)));
  return finding;
}

Finding gpu_finding(const DoctorFacts& facts) {
  if (!facts.gpus.empty()) return {"GPUs", fmt::format("{}", fmt::join(facts.gpus, "\n")), "", false};
  if (!facts.nvidia_driver) return {"GPUs", "none", "", false};
  if (facts.cuda_built.empty()) {
    return {"GPUs", "not used: this is a CPU-only build",
            "put nvcc on the PATH (module load cuda) and build again with scripts/build", false};
  }
  return {"GPUs", "none that can be used", facts.gpu_problem, false};
}

Finding mpi_finding(const DoctorFacts& facts) {
  const std::string loaded = first_part(facts.mpi_library);
  return {"MPI",
          loaded.empty() ? "built with " + facts.mpi_built : fmt::format("{} (built with {})", loaded, facts.mpi_built),
          "", false};
}

Finding mpirun_finding(const DoctorFacts& facts) {
  if (facts.mpirun.empty()) {
    return {"mpirun", "not on the PATH",
            facts.srun.empty()
                ? "load the MPI module or install it (Debian: openmpi-bin); threads and processes work without"
                : "use srun --mpi=pmix, or load the MPI module",
            false};
  }
  Finding finding{"mpirun", facts.mpirun, "", false};
  if (facts.root && !facts.root_may_mpirun && facts.mpi_built.starts_with("Open MPI")) {
    finding.remedy =
        "as root it needs OMPI_ALLOW_RUN_AS_ROOT=1 and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 (compare sets them)";
  }
  return finding;
}

Finding launcher_finding(const DoctorFacts& facts) {
  if (facts.launcher.empty()) return {"started by", "no launcher: one plain process", "", false};
  return {"started by", fmt::format("{}, {} task{}", facts.launcher, facts.tasks, facts.tasks == 1 ? "" : "s"), "",
          false};
}

Finding hdf5_finding(const DoctorFacts& facts) {
  Finding finding{
      "HDF5",
      fmt::format("{} (built with {}), {}", facts.hdf5_loaded, facts.hdf5_built,
                  facts.hdf5_threadsafe ? "thread-safe" : "not thread-safe: called from one thread at a time"),
      "", false};
  // HDF5 itself ends a program whose headers were of another version.
  if (!facts.hdf5_built.starts_with(facts.hdf5_loaded)) {
    finding.remedy =
        "the library is not the one that was built with: load the same module, or build again with scripts/build";
    finding.serious = true;
  }
  return finding;
}

Finding plugins_finding(const DoctorFacts& facts) {
  std::vector<std::string> there, missing;
  for (const std::string& folder : facts.plugin_folders) {
    std::error_code ignored;
    (std::filesystem::is_directory(folder, ignored) ? there : missing).push_back(folder);
  }
  Finding finding{"plugins", there.empty() ? "none" : fmt::format("{}", fmt::join(there, "\n")), "", false};
  if (!missing.empty())
    finding.value +=
        fmt::format("{} (not there)", (there.empty() ? ": " : "\n") + fmt::format("{}", fmt::join(missing, ", ")));
  if (facts.plugin_path_set && !missing.empty()) {
    finding.remedy =
        "HDF5_PLUGIN_PATH names a folder that is not there: files with blosc, zstd, ... filters will not open";
  }
  return finding;
}

Finding temporary_finding(const DoctorFacts& facts) {
  Finding finding{"temporary",
                  fmt::format("{}, {} free", facts.temporary_folder, format_bytes(facts.temporary_free_bytes)), "",
                  false};
  if (facts.temporary_free_bytes < little_temporary_bytes)
    finding.remedy = "make room there, or set TMPDIR to another folder";
  return finding;
}

}  // namespace

std::vector<Finding> examine(const DoctorFacts& facts) {
  std::vector<Finding> findings = {
      {"host", facts.host, "", false}, {"processor", facts.processor, "", false}, cores_finding(facts)};
  findings.push_back({"threads", fmt::format("{} by default (--threads)", facts.usable_cores), "", false});
  findings.push_back({"kernels", facts.instruction_set.empty() ? "none" : facts.instruction_set,
                      facts.instruction_set_problem, !facts.instruction_set_problem.empty()});
  findings.push_back(memory_finding(facts));
  findings.push_back(gpu_finding(facts));
  findings.push_back(mpi_finding(facts));
  findings.push_back(mpirun_finding(facts));
  findings.push_back({"srun", facts.srun.empty() ? "not on the PATH" : facts.srun, "", false});
  findings.push_back(launcher_finding(facts));
  findings.push_back(hdf5_finding(facts));
  findings.push_back(plugins_finding(facts));
  if (!facts.file_locking.empty())
    findings.push_back({"locking", "HDF5_USE_FILE_LOCKING=" + facts.file_locking, "", false});
  findings.push_back(temporary_finding(facts));
  Finding shared{"/dev/shm", format_bytes(facts.shared_memory_free_bytes) + " free", "", false};
  if (facts.shared_memory_free_bytes < little_shared_bytes) {
    shared.remedy = "MPI and NCCL exchange data there: in a container start it with --shm-size=1g or --ipc=host";
  }
  findings.push_back(shared);
  return findings;
}

std::string findings_text(const std::vector<Finding>& findings) {
  constexpr std::size_t name_width = 10;
  const std::string indent(name_width + 4, ' ');
  std::string text;
  for (const Finding& finding : findings) {
    std::string value = finding.value;
    for (std::size_t at = 0; (at = value.find('\n', at)) != std::string::npos; at += indent.size())
      value.insert(at + 1, indent);
    text += fmt::format("  {:<{}}  {}\n", finding.name, name_width, value);
    if (!finding.remedy.empty())
      text += fmt::format("{}{} {}\n", indent, finding.serious ? "PROBLEM:" : "->", finding.remedy);
  }
  return text;
}

namespace {

bool any_serious(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.serious; });
}

std::string whole_text(const std::vector<Finding>& findings) {
  const auto remedies =
      std::count_if(findings.begin(), findings.end(), [](const Finding& f) { return !f.remedy.empty(); });
  return fmt::format("{}\nthis machine\n{}\n{}\n", build_summary(), findings_text(findings),
                     any_serious(findings) ? "runs will fail here until what is marked PROBLEM is dealt with"
                     : remedies == 0       ? "all is well"
                                           : "nothing stands in the way; what is marked -> could be better");
}

}  // namespace

int run_doctor(const std::string& mpi_library) {
  const std::vector<Finding> findings = examine(look_around(mpi_library));
  fmt::print("{}", whole_text(findings));
  std::fflush(stdout);
  return any_serious(findings) ? static_cast<int>(ExitCode::resource) : 0;
}

}  // namespace scatterfold

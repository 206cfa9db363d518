// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/compare_modes.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/affinity.hpp"
#include "driver/doctor_machine.hpp"
#include "driver/machine.hpp"
#include "report/build_info.hpp"

namespace scatterfold {
namespace {

constexpr int default_ranks = 4;

/// The program with its job in `mode`; `counts` are options such as {"threads", "2"}.
std::vector<std::string> program_command(const CompareOptions& options, const std::string& program,
                                         const std::string& mode,
                                         const std::vector<std::pair<std::string, std::string>>& counts,
                                         const std::string& output) {
  std::vector<std::string> command = {program};
  const bool file = is_job_file(options);
  if (file) command.push_back("run");
  command.insert(command.end(), options.job.begin(), options.job.end());
  auto set = [&](const std::string& table, const std::string& key, const std::string& value) {
    if (file) {
      command.insert(command.end(), {"--set", table + "." + key + "=" + value});
    } else {
      command.insert(command.end(), {"--" + key, value});
    }
  };
  set("run", "mode", mode);
  for (const auto& [key, value] : counts) set("run", key, value);
  set("output", "json", "-");
  if (!output.empty()) {
    set("output", "file", output);
    set("output", "overwrite", "true");
  }
  return command;
}

std::vector<std::string> under_mpirun(const CompareMachine& machine, int ranks,
                                      const std::vector<std::string>& program) {
  std::vector<std::string> command = {machine.mpirun, "-np", std::to_string(ranks), "--bind-to", "none"};
  if (machine.open_mpi && ranks > machine.cores) command.push_back("--oversubscribe");
  command.insert(command.end(), program.begin(), program.end());
  return command;
}

CompareMode plan_mode(const std::string& name, const CompareOptions& options, const CompareMachine& machine,
                      const std::string& program, const std::string& output) {
  const bool mpi = name.starts_with("mpi");
  CompareMode mode;
  mode.name = name;
  if (uses_gpu(name) && machine.gpus == 0) mode.absent = "no GPU here";
  if (mpi && machine.mpirun.empty()) mode.absent = "no mpirun on the PATH";
  if (!mode.absent.empty()) return mode;

  auto or_else = [](int given, int otherwise) { return given > 0 ? given : otherwise; };
  std::vector<std::pair<std::string, std::string>> counts;
  if (name == "threads") {
    mode.threads = or_else(options.threads, machine.cores);
    counts = {{"threads", std::to_string(mode.threads)}};
  } else if (name == "processes") {
    mode.ranks = or_else(options.processes, machine.cores);
    counts = {{"processes", std::to_string(mode.ranks)}};
  } else if (name == "mpi") {
    mode.ranks = or_else(options.ranks, default_ranks);
  } else if (name == "mpi+cuda") {
    mode.ranks = std::min(or_else(options.ranks, machine.gpus), machine.gpus);  // more would have to share GPUs
  }
  mode.gpus = uses_gpu(name) ? mode.ranks : 0;
  const std::string run_mode = uses_gpu(name) ? "cuda" : mpi ? "serial" : name;
  mode.command = program_command(options, program, run_mode, counts, output);
  if (mpi) mode.command = under_mpirun(machine, mode.ranks, mode.command);
  return mode;
}

}  // namespace

std::vector<std::string> compare_mode_names() { return {"serial", "threads", "processes", "mpi", "cuda", "mpi+cuda"}; }

std::string_view backend_of(std::string_view mode) {
  if (uses_gpu(mode)) return "cuda";
  return mode == "threads" ? "threads" : "serial";
}

bool is_job_file(const CompareOptions& options) {
  return !options.job.empty() && options.job[0].ends_with(".toml") && options.job[0].find(":/") == std::string::npos;
}

std::vector<CompareMode> plan_modes(const CompareOptions& options, const CompareMachine& machine,
                                    const std::string& program, const std::string& output) {
  std::vector<CompareMode> modes;
  for (const std::string& name : compare_mode_names()) {
    const bool wanted =
        options.modes.empty() || std::find(options.modes.begin(), options.modes.end(), name) != options.modes.end();
    if (wanted) modes.push_back(plan_mode(name, options, machine, program, output));
  }
  return modes;
}

std::vector<std::string> child_environment() {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    if (variable.starts_with("PMI_") || variable.starts_with("PMIX_") || variable.starts_with("OMPI_ALLOW_RUN_AS_ROOT"))
      continue;
    variables.emplace_back(variable);
  }
  if (geteuid() == 0) {
    variables.emplace_back("OMPI_ALLOW_RUN_AS_ROOT=1");
    variables.emplace_back("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1");
  }
  return variables;
}

CompareMachine this_machine(int gpus) {
  CompareMachine machine;
  machine.cores = usable_cores();
  machine.gpus = gpus;
  machine.mpirun = on_path("mpirun");
  machine.open_mpi = build_info().mpi.starts_with("Open MPI");
  machine.free_bytes = static_cast<double>(memory_facts().free_bytes);
  return machine;
}

}  // namespace scatterfold

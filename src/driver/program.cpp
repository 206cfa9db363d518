// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/program.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <thread>

#include "backend/cuda_devices.hpp"
#include "base/affinity.hpp"
#include "base/error.hpp"
#include "driver/command_line.hpp"
#include "driver/compare.hpp"
#include "driver/doctor.hpp"
#include "driver/find_input.hpp"
#include "driver/plan.hpp"
#include "driver/run.hpp"
#include "io/inspect.hpp"
#include "team/fault.hpp"
#include "team/launch.hpp"
#include "team/mpi_library.hpp"
#include "team/run_on_team.hpp"
#include "team/stop_signals.hpp"
#include "team/team.hpp"
#include "team/terminate.hpp"

namespace scatterfold {
namespace {

std::string command_text(const std::vector<std::string>& arguments) {
  std::string text = "scatterfold";
  for (const std::string& argument : arguments) text += " " + argument;
  return text;
}

/// Who takes part: the launcher's ranks, forked workers, or this process alone.
std::unique_ptr<Team> make_team(const Command& command, const Launch& launch) {
  const bool processes = command.kind == Command::Kind::run && command.job.mode == Mode::processes;
  refuse_singletons(launch);
  if (launch.mpi) {
    if (processes) {
      throw UsageError(fmt::format(
          "--mode processes makes its own processes and cannot run under {}: use --mode serial or threads there",
          launch.launcher));
    }
    return make_mpi_team(launch);
  }
  if (processes) return make_forked_team(command.job.processes > 0 ? command.job.processes : usable_cores());
  return make_solo_team();
}

/// Before there are threads or MPI, because it takes child processes. What is wrong is kept until the ranks can agree
/// on it.
CheckedInput look_at_input(const Job& job) {
  CheckedInput checked;
  try {
    checked.found = find_input(job);
  } catch (const Error&) {
    checked.trouble = std::current_exception();
  }
  return checked;
}

int run_in_team(const Command& command, const Launch& launch, const std::string& text) {
  check_fault_setting();
  CheckedInput checked;
  if (command.kind == Command::Kind::run) checked = look_at_input(command.job);
  const std::unique_ptr<Team> team = make_team(command, launch);
  install_terminate_handler(team.get());
  return run_on_team(*team, [&] {
    const StopSignals signals(*team);
    if (command.kind == Command::Kind::generate) {
      generate(command.generate, *team);
    } else {
      run_job(command.job, *team, text, checked);
    }
    return 0;
  });
}

int run_command(const std::vector<std::string>& arguments, const Launch& launch) {
  const Command command = parse_command_line(arguments);
  if (command.kind == Command::Kind::run || command.kind == Command::Kind::generate) {
    return run_in_team(command, launch, command_text(arguments));
  }
  if (launch.rank != 0) return 0;  // started by a launcher: one of them answers
  switch (command.kind) {
    case Command::Kind::plan: fmt::print("{}", plan_text(command.job, find_input(command.job), launch)); break;
    case Command::Kind::inspect:
      fmt::print("{}",
                 command.dataset.empty() ? inspect_file(command.file) : inspect_dataset(command.file, command.dataset));
      break;
    case Command::Kind::compare: {
      const CompareOptions options = parse_compare_arguments(command.rest);
      if (!options.help.empty()) {
        fmt::print("{}", options.help);
        break;
      }
      return run_compare(options, this_machine(cuda_device_count()));
    }
    case Command::Kind::doctor: return run_doctor(mpi_library_version());
    default: fmt::print("{}", command.text); break;
  }
  if (std::fflush(stdout) != 0)
    throw OutputError(fmt::format("cannot write (standard output): {}", std::strerror(errno)));
  return 0;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  install_terminate_handler(nullptr);
  const Launch launch = detect_launch();
  auto fail = [&](ExitCode code, const std::string& text) {
    if (launch.rank == 0) {
      std::fputs(("scatterfold: error: " + text + "\n").c_str(), stderr);
    } else {
      // The launcher ends the job with the first rank that fails, and only rank 0 speaks: it must not be that late.
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    return static_cast<int>(code);
  };
  try {
    return run_command(arguments, launch);
  } catch (const Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::resource, "out of memory: use a smaller --memory, or more ranks");
  } catch (const std::exception& error) {
    return fail(ExitCode::internal, fmt::format("{} (internal error): please report this", error.what()));
  }
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/compare.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "driver/compare_child.hpp"
#include "driver/compare_modes.hpp"
#include "driver/compare_report.hpp"
#include "driver/job.hpp"
#include "io/text_file.hpp"
#include "report/run_report.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// One line on a terminal that says which run is going on; nothing elsewhere.
class RunningLine {
 public:
  explicit RunningLine(bool quiet) : shown_(!quiet && isatty(2) == 1) {}
  ~RunningLine() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
  }
  RunningLine(const RunningLine&) = delete;
  RunningLine& operator=(const RunningLine&) = delete;
  void show(const std::string& text) const {
    if (shown_) fmt::print(stderr, "\r{}\x1b[K", text);
  }

 private:
  bool shown_;
};

/// Where the runs of a job file put the output it names: every run writes one, and the user's own stays untouched.
class ScratchOutput {
 public:
  explicit ScratchOutput(const CompareOptions& options) {
    if (!is_job_file(options)) return;
    std::vector<std::string> sets;
    for (std::size_t i = 1; i < options.job.size(); ++i) {
      if (options.job[i].starts_with("--set=")) sets.push_back(options.job[i].substr(6));
      if (options.job[i] == "--set" && i + 1 < options.job.size()) sets.push_back(options.job[++i]);
    }
    if (read_job_file(options.job[0], sets).output.empty()) return;
    folder_ = (std::filesystem::temp_directory_path() / "scatterfold-compare-XXXXXX").string();
    if (mkdtemp(folder_.data()) == nullptr) {
      throw OutputError(
          fmt::format("cannot make a folder {} ({}): set TMPDIR to one with room", folder_, std::strerror(errno)));
    }
  }
  ~ScratchOutput() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  ScratchOutput(const ScratchOutput&) = delete;
  ScratchOutput& operator=(const ScratchOutput&) = delete;
  std::string path() const { return folder_.empty() ? "" : folder_ + "/result.h5"; }

 private:
  std::string folder_;
};

/// Runs `mode` once and adds what it did to `times`; `record` is false for the run that warms the page cache.
void run_once(const CompareMode& mode, const std::vector<std::string>& environment, double timeout_s, bool record,
              Comparison& comparison, ModeTimes& times) {
  const ChildRun run = run_child(mode.command, environment, timeout_s);
  const bool good = run.exit_code == 0 && !run.timed_out;
  const auto facts = good ? read_run_facts(run.out) : std::nullopt;
  if (!facts) {
    times.error =
        good ? "it wrote no JSON document on stdout: this is a bug, please report it" : failure_text(run, timeout_s);
    times.exit_code = run.timed_out ? static_cast<int>(ExitCode::peer)
                      : good        ? static_cast<int>(ExitCode::internal)
                                    : run.exit_code;
    return;
  }
  if (comparison.facts.digest.empty()) comparison.facts = *facts;
  if (!record) return;
  times.ranks = facts->ranks;
  times.threads = facts->threads;
  times.gpus = facts->gpus;
  times.command_s.push_back(run.seconds);
  times.work_s.push_back(facts->wall_s);
  times.cpu_s.push_back(run.cpu_s);
  times.digests.push_back(facts->digest);
}

Error child_error(const ModeTimes& mode) {
  // A code that is none of ours (a signal, a launcher's) would tell scripts something else than it means.
  const int code = mode.exit_code;
  const bool ours = (code >= 2 && code <= 7) || code == 70 || code == 75;
  return Error(ours ? static_cast<ExitCode>(code) : ExitCode::peer, fmt::format("{} (mode {})", mode.error, mode.mode));
}

void refuse_what_cannot_be(const CompareOptions& options, const std::vector<CompareMode>& modes) {
  const Launch launch = detect_launch();
  if (launch.tasks > 1 || launch.launcher == "mpirun") {
    throw UsageError(
        fmt::format("compare was started by {} as {} tasks, but starts its ranks itself: run it as one plain process",
                    launch.launcher, launch.tasks));
  }
  for (const CompareMode& mode : modes) {
    if (options.modes.empty() || mode.absent.empty()) continue;
    throw ResourceError(
        fmt::format("mode {} was asked for, but there is {}: leave it out of --modes; scatterfold doctor tells "
                    "more",
                    mode.name, mode.absent));
  }
  if (options.json.empty() || options.json == "-") return;
  const std::filesystem::path folder = std::filesystem::path(options.json).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder)) {
    throw OutputError(fmt::format("no folder {} (--json {}): make it first", folder.string(), options.json));
  }
}

Comparison run_all(const CompareOptions& options, const CompareMachine& machine,
                   const std::vector<CompareMode>& modes) {
  Comparison comparison;
  comparison.repeat = options.repeat;
  comparison.cores = machine.cores;
  comparison.free_bytes = machine.free_bytes;
  std::vector<std::size_t> present;
  for (std::size_t i = 0; i < modes.size(); ++i) {
    ModeTimes times;
    times.mode = modes[i].name;
    times.absent = modes[i].absent;
    times.ranks = modes[i].ranks;
    times.threads = modes[i].threads;
    times.gpus = modes[i].gpus;
    comparison.modes.push_back(std::move(times));
    if (modes[i].absent.empty()) present.push_back(i);
  }
  const std::vector<std::string> environment = child_environment();
  const RunningLine line(options.quiet);

  // The first run brings the file into the page cache, with threads where it can: that is fastest. What is wrong with
  // the job itself shows here, once, and not once per mode.
  auto warm = std::find_if(present.begin(), present.end(), [&](std::size_t i) { return modes[i].name == "threads"; });
  if (warm == present.end()) warm = present.begin();
  line.show(fmt::format("compare: warming up ({})", modes[*warm].name));
  run_once(modes[*warm], environment, options.timeout_s, false, comparison, comparison.modes[*warm]);
  const ExitCode code{comparison.modes[*warm].exit_code};
  if (code == ExitCode::usage || code == ExitCode::input || code == ExitCode::output || code == ExitCode::numeric) {
    throw Error(code, comparison.modes[*warm].error);
  }

  // Interleaved, so that a disturbance of a minute does not strike one mode alone.
  for (int repetition = 0; repetition < options.repeat; ++repetition) {
    for (const std::size_t i : present) {
      ModeTimes& times = comparison.modes[i];
      if (!times.error.empty()) continue;
      line.show(fmt::format("compare: run {} of {}, {}", repetition + 1, options.repeat, modes[i].name));
      run_once(modes[i], environment, options.timeout_s, true, comparison, times);
    }
  }
  return comparison;
}

std::string command_line(const CompareOptions& options) {
  return fmt::format("scatterfold compare {}", fmt::join(options.arguments, " "));
}

}  // namespace

int run_compare(const CompareOptions& options, const CompareMachine& machine) {
  if (!options.help.empty()) {
    fmt::print("{}", options.help);
    return 0;
  }
  // Not /proc/self/exe itself: under mpirun that would be mpirun.
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  const ScratchOutput output(options);
  const std::vector<CompareMode> modes = plan_modes(options, machine, program, output.path());
  refuse_what_cannot_be(options, modes);
  const Comparison comparison = run_all(options, machine, modes);

  const bool json_on_stdout = options.json == "-";
  if (!options.quiet) fmt::print(json_on_stdout ? stderr : stdout, "{}", compare_table(comparison));
  if (!options.json.empty()) {
    const std::string json = compare_json(comparison, build_provenance(command_line(options))) + '\n';
    if (json_on_stdout) {
      fmt::print("{}", json);
    } else {
      write_text_file(options.json, json);
    }
  }
  std::fflush(stdout);

  if (!bits_kept(comparison)) {
    throw NumericError(
        "the modes do not give the same bits (column \"same bits\"): please report it, with the output of "
        "scatterfold doctor");
  }
  for (const ModeTimes& mode : comparison.modes) {
    if (!mode.error.empty()) throw child_error(mode);
  }
  return 0;
}

}  // namespace scatterfold

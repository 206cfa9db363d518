// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/deliver.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "io/printable.hpp"
#include "io/text_file.hpp"
#include "report/run_report.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// A report must not cost hours either: one that replaces a file is claimed for a moment, which tells what stands in
/// the way. Devices and pipes are met when they are written.
void check_json_target(const Job& job, const std::vector<std::string>& inputs) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (!job.output.empty() && fs::weakly_canonical(job.json, ignored) == fs::weakly_canonical(job.output, ignored)) {
    throw OutputError(fmt::format("{} is named twice (-o and --json): give each a file of its own", job.json));
  }
  const fs::file_status target = fs::status(job.json, ignored);
  if (fs::exists(target) && !fs::is_regular_file(target) && !fs::is_directory(target)) return;
  const OutputClaim probe(job.json, true, inputs);
}

/// A result that did not get out must not look like success.
void write_stdout(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
    throw OutputError(fmt::format("cannot write the result (standard output): {}", std::strerror(errno)));
  }
}

/// What goes to stderr comes along; a run does not fail because nobody reads it.
void write_stderr(const std::string& text) { std::fputs(text.c_str(), stderr); }

/// The data, what it is weighed by, and the kernel.
std::vector<std::string> all_inputs(const Job& job, const InputFiles& data) {
  std::vector<std::string> files;
  for (const std::vector<std::string>& own : data) files.insert(files.end(), own.begin(), own.end());
  for (const AnalysisJob& analysis : job.analyses) {
    const std::string& weights = analysis.arrays.weights;
    if (weights.empty() || weights == "area") continue;
    std::string dataset;
    split_input(weights, files.emplace_back(), dataset);
  }
  if (job.code.kernel.given()) files.push_back(job.code.kernel.path);
  return files;
}

/// Each dataset of a group under its own name; the results of a job on one dataset stand at the top.
std::vector<ResultGroup> result_groups(const RunReport& report) {
  if (report.datasets.empty()) return {{"", "", report.results}};
  std::vector<ResultGroup> groups;
  for (const RunReport& dataset : report.datasets) groups.push_back({dataset.name, dataset.digest, dataset.results});
  return groups;
}

/// Those of a group have their dataset's name above them.
std::string tables_of(const RunReport& report) {
  if (report.datasets.empty()) return result_table(report);
  std::string text;
  for (const RunReport& dataset : report.datasets) {
    text += fmt::format("{}[{}]\n{}", text.empty() ? "" : "\n", printable(dataset.dataset), result_table(dataset));
  }
  return text;
}

}  // namespace

Delivery::Delivery(const Job& job, const InputFiles& files) {
  const std::vector<std::string> inputs = all_inputs(job, files);
  if (!job.json.empty() && job.json != "-") check_json_target(job, inputs);
  if (!job.output.empty()) claim.emplace(job.output, job.overwrite, inputs);
}

void show_header(const Job& job, Team& team, const ChosenBackend& chosen, const std::string& command_line) {
  const auto lines = team.gather(std::as_bytes(std::span(chosen.rank_line)));
  team.phase("plan", [&] {
    if (team.rank() != 0 || job.quiet || (team.size() == 1 && !job.verbose)) return;
    std::vector<std::string> ranks;
    for (const auto& bytes : lines) ranks.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    write_stderr(run_header(command_line, ranks));
  });
}

void deliver(const Job& job, Team& team, RunAccount account, const Stopwatch& watch, std::optional<Delivery>& delivery,
             const std::string& command_line) {
  RunReport& report = account.report;
  // From here on only rank 0 can fail: where another one did, nothing stands under the outputs' names.
  team.phase("publish", [&] {
    if (team.rank() != 0) return;
    const Stopwatch writing;
    report.provenance = build_provenance(command_line);
    for (RunReport& dataset : report.datasets) dataset.provenance = report.provenance;
    if (delivery->claim && !job.with_arrays())
      write_result_file(*delivery->claim, result_groups(report), report.digest, report.provenance);
    for (RankTimes& rank : account.ranks) rank.seconds[RankTimes::write] += writing.total();
    report.wall_s = watch.total();
    report_times(report, account.ranks, account.facts);
    std::optional<OutputClaim> json =
        job.json.empty() || job.json == "-" ? std::nullopt : write_text_partial(job.json, to_json(report) + "\n");
    std::vector<OutputClaim*> outputs;  // -o last: what was renamed before a failure has to be taken back
    if (json) outputs.push_back(&*json);
    if (delivery->claim) outputs.push_back(&*delivery->claim);
    commit_all(outputs);
  });
  team.phase("report", [&] {
    if (team.rank() != 0) return;
    const auto write_table = job.json == "-" ? write_stderr : write_stdout;
    if (job.json == "-") write_stdout(to_json(report) + "\n");
    if (!job.quiet || job.json.empty()) write_table(tables_of(report));
    if (!job.quiet) write_stderr(phase_table(report));
  });
}

}  // namespace scatterfold

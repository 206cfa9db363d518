// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/deliver.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "driver/bottleneck_facts.hpp"
#include "driver/select.hpp"
#include "io/text_file.hpp"
#include "report/bottleneck_notes.hpp"
#include "report/run_report.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

constexpr const char* phase_names[] = {"open", "read", "decode", "copy", "compute", "combine", "write"};
constexpr std::size_t phase_count = std::size(phase_names);
constexpr std::size_t most_notes = 3;

struct RankTimes {
  double seconds[phase_count] = {};
  double fold_s = 0;
  std::int64_t bytes_read = 0, elements = 0, storage_bytes = 0, runs = 0;
};

void check_nan_policy(const Job& job, const std::vector<Result>& results) {
  if (job.nan != NanPolicy::error) return;
  const auto refuse = [&job](std::int64_t count) {
    if (count == 0) return;
    throw NumericError(fmt::format("{} NaN in {}:{} (--nan error): use --nan skip or --nan propagate, or mend the data",
                                   count, job.file, job.dataset));
  };
  for (const Result& result : results) {
    for (const ResultField& field : result.fields) {
      const auto* count = std::get_if<std::int64_t>(&field.value);
      if (field.name == "nan" && count != nullptr) refuse(*count);
    }
    for (const ArraySummary& array : result.arrays) {
      const auto* count = std::get_if<Int128>(&array.sum);
      if (array.name == "nan" && count != nullptr) refuse(static_cast<std::int64_t>(*count));
    }
  }
}

/// What else of the job makes the result what it is.
std::vector<std::pair<std::string, OptionValue>> settings_of(const Job& job, std::size_t files) {
  const char* nan_names[] = {"propagate", "skip", "error"};
  std::vector<std::pair<std::string, OptionValue>> settings = {{"nan", nan_names[static_cast<int>(job.nan)]},
                                                               {"missing", job.missing ? "auto" : "off"}};
  if (!job.concat.empty()) {
    settings.emplace_back("concat", job.concat);
    settings.emplace_back("files", static_cast<std::int64_t>(files));
  }
  for (const AnalysisJob& analysis : job.analyses) {
    const auto add = [&](const std::string& name, const OptionValue& value) {
      settings.emplace_back(job.analyses.size() == 1 ? name : analysis.name + "." + name, value);
    };
    for (const auto& [name, value] : analysis.options) add(name, value);
    const ArrayOptions& arrays = analysis.arrays;
    if (!arrays.dims.empty()) add("dims", fmt::format("{}", fmt::join(arrays.dims, ",")));
    if (!arrays.by.empty()) add("by", arrays.by);
    if (!arrays.every.empty()) add("every", arrays.every);
    if (!arrays.weights.empty()) add("weights", arrays.weights);
    if (!arrays.only.empty()) add("only", fmt::format("{}", fmt::join(arrays.only, ",")));
  }
  return settings;
}

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

/// Adds what the ranks did.
void add_ranks(BottleneckFacts& facts, const std::vector<RankTimes>& ranks) {
  std::int64_t elements = 0;
  for (const RankTimes& rank : ranks) {
    elements += rank.elements;
    facts.idle_ranks += rank.elements == 0;
    facts.runs = std::max(facts.runs, rank.runs);
    facts.storage_bytes += rank.storage_bytes;
    facts.average_s += rank.fold_s / static_cast<double>(ranks.size());
  }
  if (elements == 0) facts.idle_ranks = 0;
  const auto slowest = std::ranges::max_element(ranks, {}, &RankTimes::fold_s);
  facts.slowest_rank = static_cast<int>(slowest - ranks.begin());
  facts.slowest_s = slowest->fold_s;
  if (elements > 0) facts.slowest_elements = static_cast<double>(slowest->elements) / static_cast<double>(elements);
}

/// The stage that set the time: the longest of those that run side by side.
std::string bottleneck_of(const std::vector<PhaseSpread>& phases) {
  const auto longest = std::max_element(phases.begin(), phases.end(),
                                        [](const PhaseSpread& a, const PhaseSpread& b) { return a.max_s < b.max_s; });
  return longest->name;
}

/// The data, and what it is weighed by.
std::vector<std::string> all_inputs(const Job& job, std::vector<std::string> files) {
  for (const AnalysisJob& analysis : job.analyses) {
    const std::string& weights = analysis.arrays.weights;
    if (weights.empty() || weights == "area") continue;
    std::string dataset;
    split_input(weights, files.emplace_back(), dataset);
  }
  return files;
}

}  // namespace

Delivery::Delivery(const Job& job, const std::vector<std::string>& files) {
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

void deliver(const Job& job, Team& team, const Input& input, const ChosenBackend& chosen, const RankWork& work,
             Stopwatch& watch, Outcome outcome, std::optional<Delivery>& delivery, const std::string& command_line) {
  const DatasetInfo& info = input.info;
  RankTimes mine{
      {watch.seconds("open"), work.read_s, work.decode_s, work.copy_s, work.compute_s, watch.seconds("combine"), 0},
      work.fold_s,
      work.bytes_read,
      work.elements,
      work.storage_bytes,
      work.runs};
  const auto all = team.gather(std::as_bytes(std::span(&mine, 1)));
  const int team_threads = chosen.backend->threads();
  RunReport report;
  BottleneckFacts facts;
  team.phase("write", [&] {
    if (team.rank() != 0) return;
    std::vector<Result>& results = outcome.results;
    for (std::size_t i = 0; i < results.size(); ++i) {
      results[i].analysis = job.analyses[i].kind;
      results[i].name = job.analyses[i].name;
      report.analyses.push_back(job.analyses[i].kind);
    }
    check_nan_policy(job, results);
    for (Result& result : results)
      std::erase_if(result.arrays, [](const ArraySummary& array) { return !array.wanted; });
    report.input = job.file;
    report.dataset = info.path;
    report.dtype = std::string(info.boolean ? "bool" : name_of(info.type));
    report.shape = info.shape;
    report.selection = describe_selection(info, job.select);
    report.settings = settings_of(job, input.source->parts().size());
    report.digest = outcome.digest;
    report.results = std::move(results);
    report.mode = chosen.mode;
    report.ranks = team.size();
    report.processes = team.size();
    report.threads = team_threads;
    report.gpus = chosen.device >= 0 ? team.size() : 0;
    report.elements = input.source->partition().elements();
    for (const char* name : phase_names) report.phases.push_back({name, 1e300, 0, 0});
    std::vector<RankTimes> ranks;
    for (const auto& bytes : all) std::memcpy(&ranks.emplace_back(), bytes.data(), sizeof(RankTimes));
    for (const RankTimes& times : ranks) {
      report.bytes_read += times.bytes_read;
      for (std::size_t p = 0; p < phase_count; ++p) {
        PhaseSpread& spread = report.phases[p];
        spread.min_s = std::min(spread.min_s, times.seconds[p]);
        spread.max_s = std::max(spread.max_s, times.seconds[p]);
        spread.avg_s += times.seconds[p] / static_cast<double>(all.size());
      }
    }
    report.notes = chosen.notes;
    facts = bottleneck_facts(job, team, *input.source, chosen);
    facts.threads_without_memory = work.threads_without_memory;
    add_ranks(facts, ranks);
    report.provenance = build_provenance(command_line);
  });
  // From here on only rank 0 can fail: where another one did, nothing stands under the outputs' names.
  team.phase("publish", [&] {
    if (team.rank() != 0) return;
    const Stopwatch writing;
    if (delivery->claim && !job.with_arrays())
      write_result_file(*delivery->claim, report.results, report.digest, report.provenance);
    PhaseSpread& write = report.phases.back();
    write.min_s = write.avg_s = write.max_s = writing.total() + watch.seconds("write");
    report.bottleneck = bottleneck_of(report.phases);
    report.wall_s = watch.total();
    for (std::string& note : bottleneck_notes(report, facts)) {
      if (report.notes.size() < most_notes) report.notes.push_back(std::move(note));
    }
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
    if (!job.quiet || job.json.empty()) write_table(result_table(report));
    if (!job.quiet) write_stderr(phase_table(report));
  });
}

}  // namespace scatterfold

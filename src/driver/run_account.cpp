// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/run_account.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>

#include "base/error.hpp"
#include "driver/bottleneck_facts.hpp"
#include "driver/select.hpp"
#include "driver/user_code_options.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

void check_nan_policy(const Job& job, const std::vector<Result>& results) {
  if (job.nan != NanPolicy::error) return;
  const auto refuse = [&job](std::int64_t count) {
    if (count == 0) return;
    throw NumericError(fmt::format("{} NaN in {} (--nan error): use --nan skip or --nan propagate, or mend the data",
                                   count, job.broadcasts() ? "the values" : job.file + ":" + job.dataset));
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
  for (const auto& [name, value] : user_code_settings(job.code, job.seed)) settings.emplace_back(name, value);
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

/// The job, and how it ran, which is the same of each of its datasets.
void tell_job(RunReport& report, const Job& job, const Team& team, const ChosenBackend& chosen, std::size_t files) {
  for (const AnalysisJob& analysis : job.analyses) report.analyses.push_back(analysis.kind);
  report.input = job.file;
  report.settings = settings_of(job, files);
  report.mode = chosen.mode;
  report.ranks = team.size();
  report.processes = team.size();
  report.threads = chosen.backend->threads();
  report.gpus = chosen.device >= 0 ? team.size() : 0;
  report.notes = chosen.notes;
}

std::string dtype_of(const DatasetInfo& info) { return std::string(info.boolean ? "bool" : name_of(info.type)); }

void tell_dataset(RunReport& report, const Job& job, const Inputs& inputs) {
  const DatasetInfo& info = inputs.whole;
  report.shape = info.shape;
  report.selection = describe_selection(info, job.select);
  report.elements = inputs.partition().elements();
  if (job.broadcasts()) {
    report.broadcasts = true;
    report.input_bytes = inputs.element_bytes();
    report.dtype = std::string(name_of(inputs.values().decoding().value));
    for (std::size_t i = 0; i < inputs.all.size(); ++i) {
      const DatasetInfo& own = inputs.all[i].info;
      report.inputs.push_back({inputs.names[i], own.file, own.path, dtype_of(own), own.shape});
    }
    return;
  }
  report.dataset = info.path;
  report.name = info.path.substr(info.path.rfind('/') + 1);
  report.dtype = dtype_of(info);
}

void tell_results(RunReport& report, const Job& job, Outcome outcome) {
  std::vector<Result>& results = outcome.results;
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].analysis = job.analyses[i].kind;
    results[i].name = job.analyses[i].name;
  }
  check_nan_policy(job, results);
  for (Result& result : results) std::erase_if(result.arrays, [](const ArraySummary& array) { return !array.wanted; });
  report.digest = outcome.digest;
  report.results = std::move(results);
}

}  // namespace

RunAccount account_of_dataset(const Job& job, Team& team, const Inputs& inputs, const ChosenBackend& chosen,
                              const RankWork& work, const Stopwatch& watch, Outcome outcome) {
  RunAccount account;
  account.ranks = gather_times(team, watch, work);
  team.phase("write", [&] {
    if (team.rank() != 0) return;
    tell_job(account.report, job, team, chosen, inputs.file_count());
    tell_dataset(account.report, job, inputs);
    tell_results(account.report, job, std::move(outcome));
    account.report.wall_s = watch.total();
    account.facts = bottleneck_facts(job, team, inputs.all, chosen);
    account.facts.threads_without_memory = work.threads_without_memory;
  });
  return account;
}

RunAccount account_of_group(const Job& job, Team& team, const ChosenBackend& chosen, const std::string& note,
                            std::vector<RunAccount> datasets) {
  RunAccount account;
  team.phase("write", [&] {
    if (team.rank() != 0) return;
    RunReport& report = account.report;
    tell_job(report, job, team, chosen, 1);
    report.dataset = job.dataset;
    if (!note.empty()) report.notes.insert(report.notes.begin(), note);
    double longest_s = -1;
    std::vector<std::string> digests;
    for (RunAccount& dataset : datasets) {
      if (dataset.report.wall_s > longest_s) account.facts = dataset.facts;
      longest_s = std::max(longest_s, dataset.report.wall_s);
      report_times(dataset.report, dataset.ranks, dataset.facts);
      add_times(account.ranks, dataset.ranks);
      report.elements += dataset.report.elements;
      digests.push_back(dataset.report.digest);
      report.datasets.push_back(std::move(dataset.report));
    }
    report.digest = digest_of(digests);
  });
  return account;
}

}  // namespace scatterfold

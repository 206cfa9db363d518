// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/element_type.hpp"
#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/job.hpp"
#include "io/printable.hpp"

namespace scatterfold {

std::vector<std::string> comma_list(const std::string& option, const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    std::string word = text.substr(at, comma - at);
    word.erase(0, word.find_first_not_of(' '));
    word.erase(word.find_last_not_of(' ') + 1);
    if (word.empty()) throw UsageError(fmt::format("{} is \"{}\": give names with a comma between", option, text));
    words.push_back(std::move(word));
    at = comma + 1;
  }
  return words;
}

namespace {

std::string not_empty(const std::string& option, const std::string& text) {
  if (text.empty()) throw UsageError(fmt::format("{} is empty: give it a value, or leave it out", option));
  return text;
}

}  // namespace

void add_array_options(CLI::App& app, Job& job) {
  auto on = [&](const char* group, const std::string& name, const std::string& value_name, const std::string& help,
                auto use) {
    app.add_option_function<std::string>(name, use, help)->type_name(value_name)->group(group)->take_last();
  };
  const char* arrays = "Arrays";
  on(arrays, "--dims", "DIM,...", "reduce over these dimensions only: an array over the others",
     [&job](const std::string& text) { job.arrays.dims = comma_list("--dims", text); });
  on(arrays, "--by", "DIM:PART",
     "reduce a dimension in groups: of a time month, year, day, yearmonth, season, dayofyear or hour; DIM alone by an "
     "integer coordinate",
     [&job](const std::string& text) { job.arrays.by = not_empty("--by", text); });
  on(arrays, "--every", "DIM=N", "reduce a dimension in blocks of N",
     [&job](const std::string& text) { job.arrays.every = not_empty("--every", text); });
  on(arrays, "--weights", "area|FILE:/DATASET", "weigh the elements (moments): by the areas of the grid's cells, or so",
     [&job](const std::string& text) { job.arrays.weights = not_empty("--weights", text); });
  on(arrays, "--only", "NAME,...", "write only these results, as in mean,std",
     [&job](const std::string& text) { job.arrays.only = comma_list("--only", text); });
  on(arrays, "--dtype", "TYPE", "type of stored values (default: as the input's where it is floating-point)",
     [&job](const std::string& text) { job.storage.dtype = not_empty("--dtype", text); });
  on(arrays, "--deflate", "LEVEL", "compress the arrays, 0 to 9", [&job](const std::string& text) {
    const std::int64_t level = parse_integer(text);
    if (level < 0 || level > 9) throw UsageError(fmt::format("--deflate is {}: use 0 to 9", text));
    job.storage.deflate = static_cast<int>(level);
  });
  on(arrays, "--chunks", "N,...", "lengths of the arrays' chunks, one per dimension", [&job](const std::string& text) {
    job.storage.chunks.clear();
    for (const std::string& word : comma_list("--chunks", text)) {
      const std::int64_t length = parse_integer(word);
      if (length < 1) throw UsageError(fmt::format("--chunks is {}: lengths are 1 or more", text));
      job.storage.chunks.push_back(length);
    }
  });
}

void settle_array_options(Job& job) {
  for (AnalysisJob& analysis : job.analyses) {
    const std::vector<std::string> only = analysis.arrays.only;
    if (job.arrays.given()) analysis.arrays = job.arrays;
    analysis.arrays.only = job.arrays.only.empty() ? only : job.arrays.only;
  }
  const auto with = [](const AnalysisJob& analysis) { return analysis.arrays.given(); };
  const bool any = std::any_of(job.analyses.begin(), job.analyses.end(), with);
  const auto without = std::find_if_not(job.analyses.begin(), job.analyses.end(), with);
  if (any && without != job.analyses.end()) {
    throw UsageError(
        fmt::format("some analyses have dims and others not ({}): put them into two jobs, or reduce all dimensions of "
                    "the others to one position with dims",
                    printable(without->name)));
  }
  if (!any && job.storage.given())
    throw UsageError("--dtype, --deflate and --chunks are for arrays: name the dimensions to reduce with --dims");
  for (const AnalysisJob& analysis : job.analyses) {
    if (!any && !analysis.arrays.only.empty())
      throw UsageError("--only chooses among arrays: name the dimensions to reduce with --dims");
    if (!analysis.arrays.by.empty() && !analysis.arrays.every.empty())
      throw UsageError("--by and --every both part a dimension: give one of them");
  }
  if (!job.storage.dtype.empty() && !element_type_named(job.storage.dtype)) {
    throw UsageError(fmt::format("there is no type \"{}\" (--dtype): use int8 to uint64, float16, float32 or float64",
                                 printable(job.storage.dtype, 40)));
  }
  if (job.storage.given() && job.output.empty())
    throw UsageError("--dtype, --deflate and --chunks are for an output: name one with -o");
}

}  // namespace scatterfold

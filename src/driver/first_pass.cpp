// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/first_pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "fold/chosen_fields.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// What a first pass finds is a few float64 values, the same number on every rank.
std::vector<std::byte> to_bytes(const Result& result) {
  std::vector<std::byte> bytes;
  for (const ResultField& field : result.fields) {
    const double value = std::get<double>(field.value);
    const auto* raw = reinterpret_cast<const std::byte*>(&value);
    bytes.insert(bytes.end(), raw, raw + sizeof value);
  }
  return bytes;
}

Result from_bytes(const std::vector<std::byte>& bytes) {
  Result result;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(double)) {
    double value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    result.fields.push_back({"", value});
  }
  return result;
}

}  // namespace

ValueKind values_of(const Job& job, const Inputs& inputs) {
  const Decoding& decoding = inputs.values().decoding();
  return {decoding.value, decoding.nan_is_missing, job.nan == NanPolicy::skip};
}

bool has_first_pass(const Job& job, const ValueKind& values) {
  return std::any_of(job.analyses.begin(), job.analyses.end(), [&](const AnalysisJob& analysis) {
    return find_analysis(analysis.kind)->first_pass(analysis.options, values) != nullptr;
  });
}

FirstResults first_pass(const Job& job, const ValueKind& values, Team& team, const Pass& pass) {
  std::vector<std::unique_ptr<Fold>> firsts;
  std::vector<const Fold*> asked;
  team.phase("plan", [&] {
    for (const AnalysisJob& analysis : job.analyses) {
      firsts.push_back(find_analysis(analysis.kind)->first_pass(analysis.options, values));
      if (firsts.back()) asked.push_back(firsts.back().get());
    }
  });
  const std::vector<Result> found = pass(asked);

  FirstResults first(job.analyses.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < firsts.size(); ++i) {
    if (!firsts[i]) continue;
    std::vector<std::byte> bytes;
    if (team.rank() == 0) bytes = to_bytes(found[next++]);
    team.broadcast(bytes);
    first[i] = std::make_unique<Result>(from_bytes(bytes));
  }
  return first;
}

Folds bind_folds(const Job& job, const ValueKind& values, const FirstResults& first) {
  Folds folds;
  for (std::size_t i = 0; i < job.analyses.size(); ++i) {
    const AnalysisJob& analysis = job.analyses[i];
    ValueKind kind = values;
    kind.weighted = !analysis.arrays.weights.empty();
    folds.push_back(
        find_analysis(analysis.kind)->bind(analysis.options, kind, first.empty() ? nullptr : first[i].get()));
    if (kind.weighted && !folds.back()->weighted())
      throw UsageError(fmt::format("{} has no use for weights (--weights): leave them out", analysis.kind));
    if (analysis.arrays.only.empty()) continue;
    // --nan error looks at the counts of NaN, whatever is wanted.
    const std::vector<std::string> looked_at =
        job.nan == NanPolicy::error ? std::vector<std::string>{"nan"} : std::vector<std::string>{};
    folds.back() = choose_fields(std::move(folds.back()), analysis.arrays.only, looked_at);
  }
  return folds;
}

}  // namespace scatterfold

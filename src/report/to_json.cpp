// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "fold/geometry.hpp"
#include "report/json_text.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_inline_values = 65536;
constexpr const char* phase_names[] = {"open", "read", "decode", "copy", "compute", "combine", "write"};

Json value_json(double value) { return json_number(value); }
Json value_json(std::int64_t value) { return json_number(value); }
Json value_json(Int128 value) { return json_number(value); }
Json value_json(const ArrayNumber& value) {
  return std::visit([](const auto number) { return json_number(number); }, value);
}

/// The extremes leave NaN out, so that they say something about the rest; the sum does not.
Json summary_json(const std::vector<double>& values) {
  double low = std::numeric_limits<double>::quiet_NaN(), high = low, sum = 0;
  for (const double v : values) {
    if (!(low <= v) && !std::isnan(v)) low = v;
    if (!(high >= v) && !std::isnan(v)) high = v;
    sum += v;
  }
  return {{"shape", {values.size()}}, {"min", json_number(low)}, {"max", json_number(high)}, {"sum", json_number(sum)}};
}

Json summary_json(const std::vector<std::int64_t>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  Int128 sum = 0;
  for (const std::int64_t v : values) sum += v;
  return {
      {"shape", {values.size()}}, {"min", json_number(*low)}, {"max", json_number(*high)}, {"sum", json_number(sum)}};
}

template <class T>
Json value_json(const std::vector<T>& values) {
  if (values.size() > most_inline_values) return summary_json(values);
  Json array = Json::array();
  for (const T v : values) array.push_back(json_number(v));
  return array;
}

Json fields_json(const Result& result) {
  Json fields = Json::object();
  for (const ResultField& field : result.fields) {
    fields[field.name] = std::visit([](const auto& value) { return value_json(value); }, field.value);
  }
  for (const ArraySummary& array : result.arrays) {
    fields[array.name] = {{"shape", array.shape},         {"dims", array.dimensions},
                          {"min", value_json(array.min)}, {"max", value_json(array.max)},
                          {"sum", value_json(array.sum)}, {"blank", json_number(array.blank)}};
  }
  return fields;
}

Json result_json(const std::vector<Result>& results) {
  if (results.size() == 1) return fields_json(results[0]);
  Json named = Json::object();
  for (const Result& result : results) named[result.name.empty() ? result.analysis : result.name] = fields_json(result);
  return named;
}

Json setting_json(const std::string& text) { return text; }
Json setting_json(const Range& range) { return {json_number(range.first), json_number(range.second)}; }
Json setting_json(double value) { return json_number(value); }
Json setting_json(std::int64_t value) { return json_number(value); }

Json inputs_json(const RunReport& report) {
  Json inputs = Json::object();
  for (const ReportedInput& input : report.inputs) {
    inputs[input.name] = {
        {"input", input.input}, {"dataset", input.dataset}, {"shape", value_json(input.shape)}, {"dtype", input.dtype}};
  }
  return inputs;
}

Json job_json(const RunReport& report) {
  Json job;
  if (report.analyses.size() == 1) {
    job["analysis"] = report.analyses[0];
  } else {
    job["analysis"] = report.analyses;
  }
  if (report.broadcasts) {
    job["inputs"] = inputs_json(report);
  } else {
    job["input"] = report.input;
    job["dataset"] = report.dataset;
  }
  if (report.datasets.empty()) {
    job["shape"] = value_json(report.shape);
    job["dtype"] = report.dtype;
    job["selection"] = report.selection;
  }
  for (const auto& [name, value] : report.settings)
    job[name] = std::visit([](const auto& v) { return setting_json(v); }, value);
  return job;
}

Json run_json(const RunReport& report) {
  Json run;
  run["mode"] = report.mode;
  run["ranks"] = report.ranks;
  run["processes"] = report.processes;
  run["threads"] = report.threads;
  run["gpus"] = report.gpus;
  run["elements"] = json_number(report.elements);
  run["resumed_elements"] = json_number(report.resumed_elements);
  run["bytes_read"] = json_number(report.bytes_read);
  run["wall_s"] = json_number(report.wall_s);
  run["throughput_gb_s"] = json_number(throughput_gb_s(report));
  run["bottleneck"] = report.bottleneck;
  // All seven always, so that scripts need not ask; the slowest rank is the one that others wait for.
  Json phases, spread = Json::object();
  for (const char* name : phase_names) phases[std::string(name) + "_s"] = 0.0;
  for (const PhaseSpread& phase : report.phases) {
    phases[phase.name + "_s"] = json_number(phase.max_s);
    spread[phase.name] = {
        {"min_s", json_number(phase.min_s)}, {"avg_s", json_number(phase.avg_s)}, {"max_s", json_number(phase.max_s)}};
  }
  run["phases"] = phases;
  run["phases_spread"] = spread;
  run["notes"] = report.notes;
  return run;
}

Json document_of(const RunReport& report) {
  Json document;
  document["schema_version"] = 1;
  document["job"] = job_json(report);
  if (report.datasets.empty()) document["result"] = result_json(report.results);
  for (const RunReport& dataset : report.datasets) document["datasets"][dataset.name] = document_of(dataset);
  document["result_digest"] = report.digest;
  document["bits"] = report.bits;
  document["leaf_order"] = leaf_order;
  document["run"] = run_json(report);
  document["provenance"] = Json::object();
  for (const auto& [name, value] : report.provenance) document["provenance"][name] = value;
  return document;
}

}  // namespace

std::string to_json(const RunReport& report) { return json_text(document_of(report)); }

}  // namespace scatterfold

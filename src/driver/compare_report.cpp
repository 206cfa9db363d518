// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/compare_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parse.hpp"
#include "driver/compare_modes.hpp"
#include "report/json_text.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

using Json = nlohmann::ordered_json;

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

/// A number of the document; a string there is one past 2^53.
std::int64_t integer_in(const Json& object, const char* key, std::int64_t absent) {
  const auto at = object.find(key);
  if (at == object.end()) return absent;
  if (at->is_number()) return at->get<std::int64_t>();
  return at->is_string() ? parse_integer(at->get<std::string>()) : absent;
}

std::string text_in(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

/// Bytes of the elements of a run's document, of a group of all its datasets.
double bytes_in(const Json& document) {
  if (const auto datasets = document.find("datasets"); datasets != document.end()) {
    double bytes = 0;
    for (const Json& dataset : *datasets) bytes += bytes_in(dataset);
    return bytes;
  }
  const Json none = Json::object();
  if (const Json run = document.value("run", none); document.value("job", none).contains("inputs"))
    return 1e9 * run.value("throughput_gb_s", 0.0) * run.value("wall_s", 0.0);
  return static_cast<double>(integer_in(document.value("run", none), "elements", 0)) *
         element_bytes_of(text_in(document.value("job", none), "dtype"));
}

double least_median(const Comparison& comparison, auto wanted) {
  double least = not_known;
  for (const ModeTimes& mode : comparison.modes) {
    if (mode.ran() && wanted(mode) && !(least <= median(mode.command_s))) least = median(mode.command_s);
  }
  return least;
}

/// Whether all digests of the modes that `wanted` picks are one.
bool agree(const Comparison& comparison, auto wanted) {
  const std::string* first = nullptr;
  for (const ModeTimes& mode : comparison.modes) {
    if (!mode.ran() || !wanted(mode)) continue;
    for (const std::string& digest : mode.digests) {
      if (first == nullptr) first = &digest;
      if (digest != *first) return false;
    }
  }
  return true;
}

Json ratio_json(double numerator, double denominator) {
  const double ratio = numerator / denominator;
  return std::isfinite(ratio) ? Json(ratio) : Json(nullptr);
}

Json mode_json(const Comparison& comparison, const ModeTimes& mode) {
  Json json = {{"mode", mode.mode}, {"ranks", mode.ranks}, {"threads", mode.threads}, {"gpus", mode.gpus}};
  if (!mode.ran()) {
    for (const char* key : {"median_s", "min_s", "max_s", "speedup_serial", "speedup_best_cpu", "digest"})
      json[key] = nullptr;
    json["failed"] = true;
    json["error"] = mode.error;
    json["exit_code"] = mode.exit_code;
    return json;
  }
  const double median_s = median(mode.command_s);
  json["median_s"] = median_s;
  json["min_s"] = *std::min_element(mode.command_s.begin(), mode.command_s.end());
  json["max_s"] = *std::max_element(mode.command_s.begin(), mode.command_s.end());
  json["speedup_serial"] = ratio_json(serial_median_s(comparison), median_s);
  json["speedup_best_cpu"] = ratio_json(best_cpu_median_s(comparison), median_s);
  json["digest"] = mode.digests.front();
  json["failed"] = false;
  json["throughput_gb_s"] = ratio_json(dataset_bytes(comparison) / 1e9, median_s);
  json["work_s"] = median(mode.work_s);
  json["cpu_s"] = median(mode.cpu_s);
  json["times_s"] = mode.command_s;
  return json;
}

}  // namespace

std::optional<RunFacts> read_run_facts(const std::string& text) {
  const std::size_t begin = text.find('{'), end = text.rfind('}');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return std::nullopt;
  const Json document = Json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                    text.begin() + static_cast<std::ptrdiff_t>(end) + 1, nullptr, false);
  if (document.is_discarded() || !document.contains("run") || !document["run"].is_object() ||
      !document.contains("job")) {
    return std::nullopt;
  }
  const Json& run = document["run"];
  RunFacts facts;
  facts.digest = text_in(document, "result_digest");
  if (const std::string bits = text_in(document, "bits"); !bits.empty()) facts.bits = bits;
  facts.job = document["job"];
  // A forked team's ranks are its processes, whichever of the two the document counts them as.
  facts.ranks = static_cast<int>(std::max(integer_in(run, "ranks", 1), integer_in(run, "processes", 1)));
  facts.threads = static_cast<int>(integer_in(run, "threads", 1));
  facts.gpus = static_cast<int>(integer_in(run, "gpus", 0));
  facts.elements = integer_in(run, "elements", 0);
  facts.bytes = bytes_in(document);
  if (const auto wall = run.find("wall_s"); wall != run.end() && wall->is_number()) facts.wall_s = wall->get<double>();
  return facts;
}

double median(std::vector<double> values) {
  if (values.empty()) return not_known;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

double dataset_bytes(const Comparison& comparison) {
  return comparison.facts.bytes > 0 ? comparison.facts.bytes : not_known;
}

bool same_bits(const Comparison& comparison) {
  return agree(comparison, [](const ModeTimes&) { return true; });
}

bool bits_kept(const Comparison& comparison) {
  if (comparison.facts.bits == "tolerance") return true;
  if (comparison.facts.bits != "backend") return same_bits(comparison);
  return std::all_of(comparison.modes.begin(), comparison.modes.end(), [&](const ModeTimes& one) {
    return agree(comparison, [&](const ModeTimes& other) { return backend_of(other.mode) == backend_of(one.mode); });
  });
}

double serial_median_s(const Comparison& comparison) {
  return least_median(comparison, [](const ModeTimes& mode) { return mode.mode == "serial"; });
}

double best_cpu_median_s(const Comparison& comparison) {
  return least_median(comparison, [](const ModeTimes& mode) { return !uses_gpu(mode.mode); });
}

std::string compare_json(const Comparison& comparison,
                         const std::vector<std::pair<std::string, std::string>>& provenance) {
  Json document;
  document["schema_version"] = 1;
  document["job"] = comparison.facts.job;
  document["repeat"] = comparison.repeat;
  document["cores"] = comparison.cores;
  document["elements"] = json_number(comparison.facts.elements);
  const double bytes = dataset_bytes(comparison);
  document["dataset_bytes"] = std::isfinite(bytes) ? json_number(static_cast<std::int64_t>(bytes)) : Json(nullptr);
  document["modes"] = Json::array();
  document["absent"] = Json::array();
  for (const ModeTimes& mode : comparison.modes) {
    if (mode.absent.empty()) {
      document["modes"].push_back(mode_json(comparison, mode));
    } else {
      document["absent"].push_back({{"mode", mode.mode}, {"reason", mode.absent}});
    }
  }
  document["same_bits"] = same_bits(comparison);
  document["bits"] = comparison.facts.bits;
  document["notes"] = compare_notes(comparison);
  document["provenance"] = Json::object();
  for (const auto& [name, value] : provenance) document["provenance"][name] = value;
  return json_text(document);
}

}  // namespace scatterfold

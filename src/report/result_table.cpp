// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/array_table.hpp"
#include "report/histogram_rows.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

/// Up to this many values an array stands on its line in full.
constexpr std::size_t most_shown_values = 8;

std::string number_text(std::int64_t value) { return std::to_string(value); }
std::string number_text(Int128 value) { return to_string(value); }

/// The shortest digits that read back as the same number; the words are those of JSON.
std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", value);
}

template <class T>
std::string number_text(const std::vector<T>& values) {
  if (values.size() > most_shown_values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return fmt::format("{} values from {} to {}", values.size(), number_text(*low), number_text(*high));
  }
  std::string text;
  for (const T value : values) text += (text.empty() ? "" : ", ") + number_text(value);
  return text;
}

template <class T>
const T* field_of(const Result& result, const char* name) {
  for (const ResultField& field : result.fields) {
    if (field.name == name) return std::get_if<T>(&field.value);
  }
  return nullptr;
}

std::string result_text(const Result& result, std::size_t name_width) {
  const auto* edges = field_of<std::vector<double>>(result, "edges");
  const auto* counts = field_of<std::vector<std::int64_t>>(result, "counts");
  const bool bars = edges != nullptr && counts != nullptr && edges->size() == counts->size() + 1;
  std::string text = bars ? histogram_text(*edges, *counts) : "";
  for (const ResultField& field : result.fields) {
    if (bars && (field.name == "edges" || field.name == "counts")) continue;
    const std::string value = std::visit([](const auto& v) { return number_text(v); }, field.value);
    text += fmt::format("{:<{}}  {}\n", field.name, name_width, value);
  }
  return text;
}

}  // namespace

std::string result_table(const RunReport& report) {
  constexpr std::string_view digest_name = "digest";
  std::size_t name_width = digest_name.size();
  for (const Result& result : report.results) {
    for (const ResultField& field : result.fields) name_width = std::max(name_width, field.name.size());
  }
  std::string text;
  for (const Result& result : report.results) {
    if (report.results.size() > 1) text += fmt::format("[{}]\n", result.name.empty() ? result.analysis : result.name);
    text += result_text(result, name_width) + array_table(result.arrays);
    if (report.results.size() > 1) text += '\n';
  }
  if (!report.digest.empty()) text += fmt::format("{:<{}}  {}\n", digest_name, name_width, report.digest);
  return text;
}

}  // namespace scatterfold

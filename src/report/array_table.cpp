// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "report/array_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/parse.hpp"

namespace scatterfold {
namespace {

/// Values of an array that are shown one by one.
constexpr std::size_t most_shown = 12;

std::string number_text(double value) { return std::isnan(value) ? "-" : fmt::format("{:.7g}", value); }
std::string number_text(Int128 value) { return to_string(value); }
std::string number_text(const ArrayNumber& value) {
  return std::visit([](const auto number) { return number_text(number); }, value);
}

double real(const ArrayNumber& value) {
  return std::visit([](const auto number) { return static_cast<double>(number); }, value);
}

std::string shape_text(const ArraySummary& array) {
  if (array.shape.empty()) return "1 position";
  std::vector<std::string> parts;
  for (std::size_t d = 0; d < array.shape.size(); ++d)
    parts.push_back(fmt::format("{} {}", array.dimensions[d], array.shape[d]));
  return fmt::format("{}", fmt::join(parts, " x "));
}

std::vector<std::string> cells_of(const ArraySummary& array, bool one_by_one) {
  std::vector<std::string> cells = {array.name};
  if (one_by_one) {
    for (const ArrayNumber& value : array.few) cells.push_back(number_text(value));
    return cells;
  }
  const auto told = static_cast<double>(array.values - array.blank - array.nan);
  const double mean = told > 0 ? real(array.sum) / told : std::nan("");
  cells.insert(cells.end(), {number_text(array.min), number_text(mean), number_text(array.max)});
  return cells;
}

/// Rows of cells in columns, numbers to the right.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c)
      line += c == 0 ? fmt::format("{:<{}}", row[c], widths[c]) : fmt::format("  {:>{}}", row[c], widths[c]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace

std::string array_table(const std::vector<ArraySummary>& arrays) {
  std::string text;
  for (std::size_t first = 0; first < arrays.size();) {
    const auto last =
        static_cast<std::size_t>(std::find_if(arrays.begin() + static_cast<std::ptrdiff_t>(first), arrays.end(),
                                              [&](const ArraySummary& a) { return a.shape != arrays[first].shape; }) -
                                 arrays.begin());
    const ArraySummary& head = arrays[first];
    const bool one_by_one =
        head.shape.size() <= 1 && head.values > 0 && static_cast<std::size_t>(head.values) <= most_shown;
    std::vector<std::vector<std::string>> rows;
    if (!one_by_one) rows.push_back({"", "min", "mean", "max"});
    for (std::size_t a = first; a < last; ++a) rows.push_back(cells_of(arrays[a], one_by_one));
    text += fmt::format("for each of {}", shape_text(head));
    std::int64_t blank = 0;
    for (std::size_t a = first; a < last; ++a) blank = std::max(blank, arrays[a].blank);
    if (blank > 0) text += fmt::format(" ({} without elements)", counted(blank, "position"));
    text += '\n' + aligned(rows);
    first = last;
  }
  return text;
}

}  // namespace scatterfold

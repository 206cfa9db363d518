// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "report/histogram_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace scatterfold {
namespace {

constexpr std::size_t most_single_rows = 40;
constexpr std::size_t most_bulk_rows = 20;
constexpr double tail_share = 0.001;
constexpr double bar_columns = 40;

HistogramRow row_of(const std::vector<std::int64_t>& counts, std::size_t begin, std::size_t end) {
  return {begin, end, std::accumulate(counts.begin() + begin, counts.begin() + end, std::int64_t{0})};
}

/// The rows' edges as text: the fewest digits with which no two are the same.
std::vector<std::string> edge_texts(const std::vector<double>& edges, const std::vector<HistogramRow>& rows) {
  std::vector<std::string> texts;
  for (const int digits : {4, 5, 6, 7, 9, 12, 15, 17}) {
    texts.clear();
    double worst = 0;  // in rows: an edge shown more than a hundredth of a row off would put values into the wrong one
    for (const HistogramRow& row : rows) texts.push_back(fmt::format("{:.{}g}", edges[row.begin], digits));
    texts.push_back(fmt::format("{:.{}g}", edges[rows.back().end], digits));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double width = edges[rows[i].end] - edges[rows[i].begin];
      worst = std::max(worst, std::abs(std::stod(texts[i]) - edges[rows[i].begin]) / width);
      if (texts[i] == texts[i + 1]) worst = 1;
    }
    if (worst < 0.01) break;
  }
  return texts;
}

}  // namespace

std::vector<HistogramRow> histogram_rows(const std::vector<std::int64_t>& counts) {
  const std::size_t bins = counts.size();
  std::vector<HistogramRow> rows;
  if (bins <= most_single_rows) {
    for (std::size_t bin = 0; bin < bins; ++bin) rows.push_back(row_of(counts, bin, bin + 1));
    return rows;
  }
  const double tail = tail_share * static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  std::size_t begin = 0, end = bins;
  // A tail is cut off only where it pays: a row of its own that holds fewer than three bins says less than it takes up.
  for (double below = 0; begin < bins && (below += static_cast<double>(counts[begin])) <= tail;) ++begin;
  for (double above = 0; end > begin + 1 && (above += static_cast<double>(counts[end - 1])) <= tail;) --end;
  if (begin < 3 || begin == bins) begin = 0;
  if (bins - end < 3) end = bins;
  const std::size_t step = (end - begin + most_bulk_rows - 1) / most_bulk_rows;
  // Rows of as many bins each, where there are bins left: a narrower last row would look like a drop.
  const std::size_t wanted = (end - begin + step - 1) / step * step;
  end = std::min(bins, begin + wanted);
  begin = end > wanted ? std::min(begin, end - wanted) : 0;

  if (begin > 0) rows.push_back(row_of(counts, 0, begin));
  for (std::size_t at = begin; at < end; at += step) rows.push_back(row_of(counts, at, std::min(at + step, end)));
  if (end < bins) rows.push_back(row_of(counts, end, bins));
  return rows;
}

std::string histogram_text(const std::vector<double>& edges, const std::vector<std::int64_t>& counts) {
  const std::vector<HistogramRow> rows = histogram_rows(counts);
  if (rows.empty()) return "";
  const std::vector<std::string> texts = edge_texts(edges, rows);
  std::int64_t most = 0, total = 0;
  std::size_t edge_width = 0;
  for (const HistogramRow& row : rows) most = std::max(most, row.count), total += row.count;
  for (const std::string& text : texts) edge_width = std::max(edge_width, text.size());
  const std::size_t count_width = std::max<std::size_t>(5, std::to_string(most).size());

  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double share = total > 0 ? static_cast<double>(rows[i].count) / static_cast<double>(total) : 0;
    const double columns = most > 0 ? bar_columns * static_cast<double>(rows[i].count) / static_cast<double>(most) : 0;
    // A row that has anything at all shows something: an outlier must not look like an empty bin.
    const std::string bar = columns >= 0.5      ? std::string(static_cast<std::size_t>(std::lround(columns)), '#')
                            : rows[i].count > 0 ? "."
                                                : "";
    std::string line = fmt::format("  {:>{}} .. {:<{}}  {:>{}}  {:>5.1f} %  {}", texts[i], edge_width, texts[i + 1],
                                   edge_width, rows[i].count, count_width, 100 * share, bar);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  if (rows.size() < counts.size()) {
    out += fmt::format("  ({} bins, shown as {} rows; all of them are in --json and -o)\n", counts.size(), rows.size());
  }
  return out;
}

}  // namespace scatterfold

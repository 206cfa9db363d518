// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace scatterfold {

/// A run of neighbouring bins that is shown as one row.
struct HistogramRow {
  std::size_t begin = 0, end = 0;  ///< bins [begin, end)
  std::int64_t count = 0;
};

/// The rows that show `counts`: one per bin up to 40 bins. With more, the bulk (all but 0.1 % of the counts at either
/// side) in at most 20 rows of as many bins each, and what lies beside it in one row below and one above: a few far
/// outliers do not squeeze everything else into one row.
std::vector<HistogramRow> histogram_rows(const std::vector<std::int64_t>& counts);

/// The rows as lines with edges, count, share and a bar. `edges` has one value more than `counts`. The edges have as
/// many digits as it takes to tell neighbours apart.
std::string histogram_text(const std::vector<double>& edges, const std::vector<std::int64_t>& counts);

}  // namespace scatterfold

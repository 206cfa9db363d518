// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "io/dataset.hpp"

namespace scatterfold {

/// "(time 54, latitude 18, longitude 432)", "scalar".
std::string shape_text(const DatasetInfo& info);
/// "54 x 18 x 432".
std::string extent_text(const std::vector<std::int64_t>& extent);
/// "chunks 1 x 18 x 432, shuffle, deflate 4", "contiguous".
std::string layout_text(const DatasetInfo& info);
/// "1.6 MiB", "1.0 MiB as 991.6 KiB (97 %)".
std::string size_text(const DatasetInfo& info, std::int64_t raw_bytes);
/// How scatterfold will read it.
std::string reading_text(const DatasetInfo& info);
/// The netCDF-4 rules in words, one line each, none where there are none.
std::vector<std::string> rules_text(const DatasetInfo& info);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/parse_selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "io/printable.hpp"

namespace scatterfold {

DimensionSelection parse_selection(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  if (parts.size() < 3 || parts.size() > 4 || parts[0].empty()) {
    throw UsageError(fmt::format("not a selection (\"{}\"): give dim,lo,hi or dim,lo,hi,step", printable(text, 40)));
  }
  DimensionSelection selection;
  selection.dimension = parts[0];
  if (!parts[1].empty()) selection.low = parse_integer(parts[1]);
  if (!parts[2].empty()) selection.high = parse_integer(parts[2]);
  if (parts.size() == 4) selection.step = parse_integer(parts[3]);
  if (selection.step < 1) {
    throw UsageError(
        fmt::format("step {} of a selection (\"{}\"): give 1 or more", selection.step, printable(text, 40)));
  }
  return selection;
}

}  // namespace scatterfold

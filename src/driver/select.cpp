// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/select.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

#include "base/error.hpp"
#include "io/dataset.hpp"

namespace scatterfold {
namespace {

/// A bound with negative numbers counted from the end.
std::int64_t bound(std::int64_t value, std::int64_t length, const std::string& name) {
  const std::int64_t at = value < 0 ? value + length : value;
  if (at < 0 || at > length) {
    throw UsageError(
        fmt::format("index {} is outside dimension {} of length {} (-d): use 0 to {}", value, name, length, length));
  }
  return at;
}

/// What several inputs are together has no file.
std::string shown_name(const DatasetInfo& info) { return info.file.empty() ? info.path : info.file + ":" + info.path; }

}  // namespace

std::string dimension_name(const DatasetInfo& info, std::size_t d) {
  return d < info.dimension_names.size() && !info.dimension_names[d].empty() ? info.dimension_names[d]
                                                                             : std::to_string(d);
}

std::size_t find_dimension(const DatasetInfo& info, const std::string& wanted, const char* option) {
  const auto rank = static_cast<std::int64_t>(info.shape.size());
  for (std::size_t d = 0; d < info.dimension_names.size(); ++d) {
    if (info.dimension_names[d] == wanted) return d;
  }
  std::int64_t index = 0;
  const auto [end, status] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), index);
  if (status == std::errc{} && end == wanted.data() + wanted.size() && index >= -rank && index < rank) {
    return static_cast<std::size_t>(index < 0 ? index + rank : index);
  }
  if (rank == 0) {
    throw UsageError(fmt::format("{} is a single number without dimensions ({} {}): leave {} out", shown_name(info),
                                 option, wanted, option));
  }
  std::vector<std::string> names;
  for (std::size_t d = 0; d < info.shape.size(); ++d)
    names.push_back(fmt::format("{} ({})", dimension_name(info, d), info.shape[d]));
  throw UsageError(fmt::format("there is no dimension \"{}\" in {} ({}): it has {}", wanted, shown_name(info), option,
                               fmt::join(names, ", ")));
}

Hyperslab resolve_selection(const DatasetInfo& info, const std::vector<DimensionSelection>& select) {
  Hyperslab slab = whole_slab(info.shape);
  std::vector<bool> given(info.shape.size(), false);
  for (const DimensionSelection& s : select) {
    const std::size_t d = find_dimension(info, s.dimension, "-d");
    const std::string name = dimension_name(info, d);
    if (given[d]) throw UsageError(fmt::format("dimension {} is selected twice (-d): give it once", name));
    given[d] = true;
    if (s.step < 1)
      throw UsageError(fmt::format("the step of dimension {} is {} (-d): steps are 1 or more", name, s.step));
    const std::int64_t low = bound(s.low.value_or(0), info.shape[d], name);
    const std::int64_t high = bound(s.high.value_or(info.shape[d]), info.shape[d], name);
    slab.start[d] = low;
    slab.step[d] = s.step;
    slab.count[d] = high > low ? (high - low - 1) / s.step + 1 : 0;
  }
  return slab;
}

std::string describe_selection(const DatasetInfo& info, const std::vector<DimensionSelection>& select) {
  const Hyperslab slab = resolve_selection(info, select);
  std::vector<std::string> parts;
  for (const DimensionSelection& s : select) {
    const std::size_t d = find_dimension(info, s.dimension, "-d");
    const std::int64_t end =
        slab.count[d] == 0 ? slab.start[d] : slab.start[d] + (slab.count[d] - 1) * slab.step[d] + 1;
    parts.push_back(fmt::format("{} {}:{}{}", dimension_name(info, d), slab.start[d], end,
                                slab.step[d] == 1 ? "" : fmt::format(":{}", slab.step[d])));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace scatterfold

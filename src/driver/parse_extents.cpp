// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/parse_extents.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "source/field.hpp"

namespace scatterfold {

std::vector<std::int64_t> parse_extents(const std::string& option, const std::string& text) {
  std::vector<std::int64_t> extents;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    try {
      extents.push_back(parse_integer(std::string_view(text).substr(at, comma - at)));
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("{}: {}", option, error.what()));
    }
    at = comma + 1;
  }
  return extents;
}

void check_shape(const std::vector<std::int64_t>& shape) {
  if (shape.size() > static_cast<std::size_t>(Field::most_dimensions)) {
    throw UsageError(fmt::format("--shape has {} dimensions: give at most {}", shape.size(), Field::most_dimensions));
  }
  std::int64_t elements = 1;
  for (const std::int64_t extent : shape) {
    if (extent < 0) throw UsageError(fmt::format("--shape has {}: give 0 or more in every dimension", extent));
    if (__builtin_mul_overflow(elements, std::max<std::int64_t>(1, extent), &elements)) {
      throw UsageError(fmt::format("--shape {} is too large: give less than 2^63 elements", fmt::join(shape, ",")));
    }
  }
}

}  // namespace scatterfold

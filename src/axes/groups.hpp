// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "axes/coordinate.hpp"
#include "base/element_type.hpp"

namespace scatterfold {

/// Which group each index of a dimension belongs to; the groups take the dimension's place in the output.
struct Groups {
  std::string dimension;               ///< name in the output: "month", "year", "time", ...
  std::vector<std::int64_t> group_of;  ///< per given index, 0..count-1
  std::int64_t count = 0;
  std::vector<double> values;                      ///< the output coordinate, one per group
  ElementType values_type = ElementType::float64;  ///< int32 for parts of time, int64 for own integers and blocks
  /// Of the output coordinate, all text: units, calendar, long_name, ...
  std::vector<std::pair<std::string, std::string>> attributes;
  /// Two per group, in the coordinate's units, where groups are stretches of it; else empty.
  std::vector<double> bounds;
};

/// Groups the indices (into the whole coordinate) by `what` their times have in common, in ascending order of that,
/// only groups that occur. Times need not be sorted.
/// "month" 1..12, "season" 1..4 (DJF, MAM, JJA, SON, each of all years together), "dayofyear" 1..366 by
/// position in the year, "hour" 0..23, and "year" are labels, int32, under their own name. "day" and "yearmonth" are
/// times under the dimension's name: each day and each month of each year, stamped with its start, bounds [start, end).
/// Empty: the values of an integer coordinate themselves.
/// Errors: UsageError for another word; InputError for a time without "... since ..." or that cannot be read
/// (axes/time_units.hpp), a coordinate that is not of integers below 2^53 where `what` is empty, and a missing value.
Groups group_by(const Coordinate& coordinate, const std::vector<std::int64_t>& indices, const std::string& what);

/// Blocks of `steps` indices, in the given order; the last may be shorter. Each is stamped with its middle value, for
/// an even number with the mean of the two in the middle (as CDO's timselmean does by default), and bounded by the
/// outer bounds of its first and last value, or by these values where there are none. Without a coordinate (null) the
/// blocks are numbered from 0.
/// Errors: UsageError for steps below 1; InputError for a missing value.
Groups group_every(const Coordinate* coordinate, const std::vector<std::int64_t>& indices, const std::string& dimension,
                   std::int64_t steps);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/dataset.hpp"

namespace scatterfold {

/// The coordinate of one dimension, whole (a selection is the caller's).
struct Coordinate {
  std::string file, path, dimension;                            ///< of the first file; "/time", "time"
  bool integer = false;                                         ///< stored as an integer and neither packed nor a time
  std::vector<double> values;                                   ///< unpacked; NaN where missing
  std::vector<std::int64_t> integers;                           ///< the same, exactly, where `integer`
  std::string units, calendar, standard_name, long_name, axis;  ///< the attributes, "" where there is none
  std::vector<double> bounds;                                   ///< two per value; empty where the file has none

  bool is_time() const;       ///< by its units, "... since ..."
  std::string where() const;  ///< "/time in era5.nc", printable
};

/// Of dimension `d` of the dataset; several files (joined along that dimension, in order) give one after the other.
/// Nothing where the dimension has no coordinate variable (io/coordinate_path.hpp). Times in other units than the first
/// file's are converted to those, exactly where both are whole numbers.
/// Errors: InputError for a coordinate that is shorter than its dimension, one that some of the files lack, other units
/// where they are not both times, calendars that differ by more than their name, and bounds of another shape.
std::optional<Coordinate> read_coordinate(const std::vector<const DatasetInfo*>& parts, std::size_t d);

/// For a coordinate that is about to be used at `index`.
/// Errors: InputError where the value there is missing or NaN; Error (internal) where there is none.
void check_present(const Coordinate& coordinate, std::int64_t index);

}  // namespace scatterfold

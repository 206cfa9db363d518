// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "axes/coordinate.hpp"

namespace scatterfold {

/// What the attributes of a variable say that it is.
enum class Direction { other, latitude, longitude };

/// Decided by the standard name (also of rotated grids), else by units such as degrees_north, else by axis (Y, X) where
/// units are angles, else by the name (lat, latitude, rlat, and so on).
Direction direction_of(std::string_view name, std::string_view standard_name, std::string_view units,
                       std::string_view axis);
Direction direction_of(const Coordinate& coordinate);

/// The cells' bounds, two per value, in half turns (1 is 180 degrees): of the file, else half-way between neighbours,
/// the outermost as wide behind as in front. Of latitude, one that so ends past 88 degrees ends at the pole.
/// Longitudes may step over the end of a turn (350, 0, 10 degrees). A single value without bounds has none: empty.
/// Errors: InputError for units that are no angles, latitudes past a pole, missing and infinite values and, without
/// bounds, values that neither rise nor fall.
std::vector<double> cell_bounds(const Coordinate& coordinate, Direction direction);

}  // namespace scatterfold

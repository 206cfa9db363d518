// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "axes/geography.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "axes/words.hpp"
#include "base/error.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr double pi = 3.14159265358979323846;

/// CF's spellings, 4.1 and 4.2.
constexpr std::array<std::string_view, 6> north = {"degrees_north", "degree_north", "degrees_n",
                                                   "degree_n",      "degreesn",     "degreen"};
constexpr std::array<std::string_view, 6> east = {"degrees_east", "degree_east", "degrees_e",
                                                  "degree_e",     "degreese",    "degreee"};
constexpr std::array<std::string_view, 3> degrees = {"degrees", "degree", "deg"};
constexpr std::array<std::string_view, 3> radians = {"radian", "radians", "rad"};
constexpr std::array<std::string_view, 4> latitude_names = {"lat", "latitude", "rlat", "nav_lat"};
constexpr std::array<std::string_view, 5> longitude_names = {"lon", "longitude", "rlon", "nav_lon", "long"};

template <std::size_t N>
bool is_among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Degrees, else radians.
bool is_in_degrees(const Coordinate& coordinate) {
  const std::string units = trimmed(lower_case(coordinate.units));
  if (is_among(units, radians)) return false;
  if (units.empty() || is_among(units, degrees) || is_among(units, north) || is_among(units, east)) return true;
  throw InputError(
      fmt::format("the units \"{}\" are no angle ({}): correct them to degrees_north, degrees_east or radian",
                  printable(coordinate.units), coordinate.where()));
}

double half_turns(double angle, bool in_degrees) { return angle / (in_degrees ? 180 : pi); }

/// Makes every step shorter than half a turn.
void step_over_turns(std::vector<double>& angles) {
  for (std::size_t i = 1; i < angles.size(); ++i) {
    const double step = angles[i] - angles[i - 1];
    if (std::fabs(step) > 1) angles[i] -= 2 * std::floor((step + 1) / 2);
  }
}

void check_order(const Coordinate& coordinate, const std::vector<double>& angles) {
  const bool rising = angles.back() > angles.front();
  for (std::size_t i = 1; i < angles.size(); ++i) {
    if (rising ? angles[i] > angles[i - 1] : angles[i] < angles[i - 1]) continue;
    throw InputError(
        fmt::format("the values neither rise nor fall at index {} ({}): give the cells' areas with --weights "
                    "FILE:/dataset",
                    i, coordinate.where()));
  }
}

std::vector<double> between_neighbours(const std::vector<double>& angles) {
  std::vector<double> bounds;
  const std::size_t n = angles.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double before = i > 0 ? angles[i] - angles[i - 1] : angles[1] - angles[0];
    const double behind = i + 1 < n ? angles[i + 1] - angles[i] : angles[n - 1] - angles[n - 2];
    bounds.push_back(angles[i] - before / 2);
    bounds.push_back(angles[i] + behind / 2);
  }
  return bounds;
}

/// The outermost cells of a Gaussian grid end a little before the poles and mean them. CDO 2.1.1 draws the line at 88
/// degrees, on any grid.
double up_to_pole(double bound) {
  constexpr double limit = 88.0 / 180;
  return bound > limit ? 0.5 : bound < -limit ? -0.5 : bound;
}

std::vector<double> bounds_of_file(const Coordinate& coordinate, bool in_degrees) {
  std::vector<double> bounds;
  for (const double value : coordinate.bounds) {
    if (!std::isfinite(value)) {
      throw InputError(
          fmt::format("a bound of the value at index {} is missing or infinite ({}): correct it, or remove the "
                      "attribute bounds",
                      bounds.size() / 2, coordinate.where()));
    }
    bounds.push_back(half_turns(value, in_degrees));
  }
  return bounds;
}

}  // namespace

Direction direction_of(std::string_view name, std::string_view standard_name, std::string_view units,
                       std::string_view axis) {
  const std::string unit = trimmed(lower_case(units));
  if (standard_name == "latitude" || standard_name == "grid_latitude" || is_among(unit, north))
    return Direction::latitude;
  if (standard_name == "longitude" || standard_name == "grid_longitude" || is_among(unit, east))
    return Direction::longitude;
  const bool angle = is_among(unit, degrees) || is_among(unit, radians);
  const std::string lower = lower_case(name);
  if ((angle && axis == "Y") || ((angle || unit.empty()) && is_among(lower, latitude_names)))
    return Direction::latitude;
  if ((angle && axis == "X") || ((angle || unit.empty()) && is_among(lower, longitude_names)))
    return Direction::longitude;
  return Direction::other;
}

Direction direction_of(const Coordinate& coordinate) {
  return direction_of(coordinate.path.substr(coordinate.path.rfind('/') + 1), coordinate.standard_name,
                      coordinate.units, coordinate.axis);
}

std::vector<double> cell_bounds(const Coordinate& coordinate, Direction direction) {
  const bool in_degrees = is_in_degrees(coordinate);
  std::vector<double> angles;
  for (std::size_t i = 0; i < coordinate.values.size(); ++i) {
    check_present(coordinate, static_cast<std::int64_t>(i));
    angles.push_back(half_turns(coordinate.values[i], in_degrees));
    // Radians may be a little past a pole by their rounding.
    const bool past_a_pole = direction == Direction::latitude && std::fabs(angles[i]) > 0.5 + 1e-6;
    if (past_a_pole || !std::isfinite(angles[i])) {
      throw InputError(fmt::format("{} at index {} is no {} ({}): correct it or the units", coordinate.values[i], i,
                                   direction == Direction::latitude ? "latitude" : "longitude", coordinate.where()));
    }
  }
  if (!coordinate.bounds.empty()) return bounds_of_file(coordinate, in_degrees);
  if (angles.size() < 2) return {};
  if (direction == Direction::longitude) step_over_turns(angles);
  check_order(coordinate, angles);
  std::vector<double> bounds = between_neighbours(angles);
  if (direction == Direction::latitude) {
    bounds.front() = up_to_pole(bounds.front());
    bounds.back() = up_to_pole(bounds.back());
  }
  return bounds;
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "axes/geography.hpp"
#include "axes/weights.hpp"
#include "base/error.hpp"
#include "base/math.hpp"
#include "io/coordinate_path.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr const char* remedy = "give the cells' areas with --weights FILE:/dataset";

/// A dimension along which latitude or longitude runs.
struct Axis {
  std::size_t dimension;
  Coordinate coordinate;
};

/// The dimension whose coordinate runs in `direction`, whole over all parts. Errors: InputError where two do.
std::optional<Axis> find_axis(const std::vector<const DatasetInfo*>& parts, std::optional<std::size_t> joined,
                              Direction direction) {
  std::optional<Axis> found;
  const DatasetInfo& info = *parts.front();
  for (std::size_t d = 0; d < info.shape.size(); ++d) {
    auto coordinate = read_coordinate({&info}, d);
    if (!coordinate || direction_of(*coordinate) != direction) continue;
    if (found) {
      throw InputError(fmt::format("{} and {} are both {} of {} ({}): {}", printable(found->coordinate.path),
                                   printable(coordinate->path),
                                   direction == Direction::latitude ? "latitudes" : "longitudes", printable(info.path),
                                   printable(info.file, 1000), remedy));
    }
    if (joined == d) coordinate = read_coordinate(parts, d);
    found = Axis{d, std::move(*coordinate)};
  }
  return found;
}

/// The path of a latitude that lies over several dimensions, or over one that counts cells: of a curvilinear or
/// unstructured grid. "" where none is seen.
std::string latitude_of_cells(const DatasetInfo& info) {
  if (!dataset_in_scope(info.file, "/", info.path)) return {};  // behind an external link
  std::istringstream words(text_attributes(info.file, info.path, {"coordinates"})[0] + " lat latitude nav_lat XLAT");
  for (std::string name; words >> name;) {
    const auto path = dataset_in_scope(info.file, info.path, name);
    if (!path) continue;
    const std::vector<std::string> texts = text_attributes(info.file, *path, {"standard_name", "units", "axis"});
    if (direction_of(name, texts[0], texts[1], texts[2]) == Direction::latitude) return *path;
  }
  return {};
}

[[noreturn]] void throw_no_latitude(const DatasetInfo& info) {
  std::vector<std::string> names;
  for (std::size_t d = 0; d < info.shape.size(); ++d) {
    const std::string& name = info.dimension_names[d];
    names.push_back(name.empty() ? fmt::format("{} (without a name)", d) : printable(name));
  }
  const std::string where = fmt::format("{} in {}", printable(info.path), printable(info.file, 1000));
  if (const std::string path = latitude_of_cells(info); !path.empty()) {
    throw InputError(fmt::format("latitude {} is no coordinate variable of one dimension ({}, which has {}): {}",
                                 printable(path), where, fmt::join(names, ", "), remedy));
  }
  throw InputError(
      fmt::format("no dimension is a latitude ({}, which has {}): {}, or give a coordinate the units "
                  "degrees_north",
                  where, names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")), remedy));
}

/// Of each latitude: |sin b1 - sin b0|.
std::vector<double> heights(const Coordinate& latitude) {
  std::vector<double> bounds = cell_bounds(latitude, Direction::latitude);
  if (bounds.empty()) return std::vector<double>(latitude.values.size(), 1);
  for (double& bound : bounds) bound = math::sin_pi(std::clamp(bound, -0.5, 0.5));
  std::vector<double> result;
  for (std::size_t i = 0; i < bounds.size(); i += 2) result.push_back(std::fabs(bounds[i + 1] - bounds[i]));
  return result;
}

/// Of each longitude, in radians.
std::vector<double> widths(const Coordinate& longitude) {
  const std::vector<double> bounds = cell_bounds(longitude, Direction::longitude);
  std::vector<double> result;
  double turn = 0;
  for (std::size_t i = 0; i < bounds.size(); i += 2) {
    result.push_back(std::fabs(bounds[i + 1] - bounds[i]));
    turn += result.back();
  }
  // More than a whole turn together: a cell such as 355 to 5 degrees goes over its end.
  const bool over_the_end = turn > 2 * (1 + 1e-6);
  for (double& width : result) width = (over_the_end && width > 1 ? std::fabs(2 - width) : width) * pi;
  return result;
}

bool all_equal(const std::vector<double>& widths) {
  if (widths.empty()) return true;
  const auto [least, most] = std::minmax_element(widths.begin(), widths.end());
  return *most - *least <= 1e-6 * *most;
}

/// The product of two weights, over the dimensions of both in ascending order.
Weights outer_product(const Axis& a, const std::vector<double>& of_a, const Axis& b, const std::vector<double>& of_b) {
  if (a.dimension > b.dimension) return outer_product(b, of_b, a, of_a);
  Weights weights;
  weights.dimensions = {a.dimension, b.dimension};
  weights.shape = {static_cast<std::int64_t>(of_a.size()), static_cast<std::int64_t>(of_b.size())};
  weights.values.reserve(of_a.size() * of_b.size());
  for (const double x : of_a) {
    for (const double y : of_b) weights.values.push_back(x * y);
  }
  return weights;
}

}  // namespace

Weights area_weights(const std::vector<const DatasetInfo*>& parts, std::optional<std::size_t> joined) {
  const auto latitude = find_axis(parts, joined, Direction::latitude);
  if (!latitude) throw_no_latitude(*parts.front());
  const auto longitude = find_axis(parts, joined, Direction::longitude);
  std::vector<double> height = heights(latitude->coordinate);
  const std::vector<double> width = longitude ? widths(longitude->coordinate) : std::vector<double>{};
  Weights weights;
  if (all_equal(width)) {
    weights.dimensions = {latitude->dimension};
    weights.shape = {static_cast<std::int64_t>(height.size())};
    weights.values = std::move(height);
    weights.description = fmt::format("areas of the cells of {}", printable(latitude->coordinate.dimension));
  } else {
    weights = outer_product(*latitude, height, *longitude, width);
    weights.description = fmt::format("areas of the cells of {} and {}", printable(latitude->coordinate.dimension),
                                      printable(longitude->coordinate.dimension));
  }
  return weights;
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "axes/coordinate.hpp"

#include <fmt/format.h>

#include <cmath>

#include "axes/time_units.hpp"
#include "base/error.hpp"
#include "base/parse.hpp"
#include "io/coordinate_path.hpp"
#include "io/decoded_values.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

std::string quoted(const std::string& text) { return text.empty() ? "none" : fmt::format("\"{}\"", printable(text)); }

/// The values of the dataset that `name` means, two per value of the coordinate; none where it is not there.
std::vector<double> read_bounds(const Coordinate& coordinate, const std::string& name) {
  const auto path = name.empty() ? std::nullopt : dataset_in_scope(coordinate.file, coordinate.path, name);
  if (!path) return {};
  const Dataset bounds(coordinate.file, *path, true);
  const std::vector<std::int64_t>& shape = bounds.info().shape;
  const auto length = static_cast<std::int64_t>(coordinate.values.size());
  if (shape.size() != 2 || shape[0] < length || shape[1] != 2) {
    throw InputError(
        fmt::format("the bounds {} do not have two values for each of {} ({}): correct the attribute bounds",
                    printable(*path), length, coordinate.where()));
  }
  std::vector<double> values = read_decoded(bounds).values;
  values.resize(2 * coordinate.values.size());
  return values;
}

/// What is attached to an unlimited dimension may be longer than the dataset, which has its first values.
void take_values(const Dataset& dataset, std::int64_t length, Coordinate& coordinate) {
  DecodedValues decoded = read_decoded(dataset);
  if (static_cast<std::int64_t>(decoded.values.size()) < length) {
    throw InputError(fmt::format("the coordinate has {} for a dimension of length {} ({}): correct the file",
                                 counted(static_cast<std::int64_t>(decoded.values.size()), "value"), length,
                                 coordinate.where()));
  }
  coordinate.integer = !is_float(dataset.info().type) && decoded.integers.size() == decoded.values.size() &&
                       !dataset.info().rules.packed && !coordinate.is_time();
  coordinate.values = std::move(decoded.values);
  coordinate.values.resize(static_cast<std::size_t>(length));
  if (!coordinate.integer) return;
  coordinate.integers = std::move(decoded.integers);
  coordinate.integers.resize(static_cast<std::size_t>(length));
}

std::optional<Coordinate> read_one(const DatasetInfo& info, std::size_t d) {
  const auto path = coordinate_path(info, d);
  if (!path) return std::nullopt;
  Coordinate coordinate;
  coordinate.file = info.file;
  coordinate.path = *path;
  coordinate.dimension = info.dimension_names[d];
  const std::vector<std::string> texts = text_attributes(
      info.file, *path, {"units", "calendar", "standard_name", "long_name", "axis", "bounds", "climatology"});
  coordinate.units = texts[0];
  coordinate.calendar = texts[1];
  coordinate.standard_name = texts[2];
  coordinate.long_name = texts[3];
  coordinate.axis = texts[4];
  take_values(Dataset(info.file, *path, true), info.shape[d], coordinate);
  coordinate.bounds = read_bounds(coordinate, texts[5].empty() ? texts[6] : texts[5]);
  return coordinate;
}

/// "standard" and "gregorian" are one calendar, and so are names that nobody knows where they are equal.
bool same_calendar(const Coordinate& a, const Coordinate& b) {
  return a.calendar == b.calendar ||
         (calendar_named(a.calendar) && calendar_named(a.calendar) == calendar_named(b.calendar));
}

[[noreturn]] void refuse(const Coordinate& first, const Coordinate& other, const std::string& what,
                         const std::string& a, const std::string& b) {
  throw InputError(fmt::format("{} of {} differ between {} ({}) and {} ({}): convert one of the files, or leave it out",
                               what, printable(first.path), printable(first.file, 1000), a, printable(other.file, 1000),
                               b));
}

/// Brings a part to the units of the first one.
void convert(const Coordinate& first, Coordinate& part) {
  if (first.is_time() && part.is_time() && !same_calendar(first, part))
    refuse(first, part, "calendars", quoted(first.calendar), quoted(part.calendar));
  if (first.units == part.units) return;
  if (!first.is_time() || !part.is_time()) refuse(first, part, "units", quoted(first.units), quoted(part.units));
  const TimeUnits to = parse_time_units(first.units, first.calendar, first.where());
  const TimeUnits from = parse_time_units(part.units, part.calendar, part.where());
  if (from == to) return;
  for (double& value : part.values) value = converted(value, from, to);
  for (double& value : part.bounds) value = converted(value, from, to);
}

template <class T>
void append(std::vector<T>& whole, const std::vector<T>& part) {
  whole.insert(whole.end(), part.begin(), part.end());
}

void join(Coordinate& whole, Coordinate part) {
  convert(whole, part);
  const bool bounded = whole.bounds.size() == 2 * whole.values.size() && part.bounds.size() == 2 * part.values.size();
  whole.integer = whole.integer && part.integer;
  append(whole.values, part.values);
  append(whole.integers, part.integers);
  append(whole.bounds, part.bounds);
  if (!whole.integer) whole.integers.clear();
  if (!bounded) whole.bounds.clear();
}

}  // namespace

bool Coordinate::is_time() const { return are_time_units(units); }

std::string Coordinate::where() const { return fmt::format("{} in {}", printable(path), printable(file, 1000)); }

std::optional<Coordinate> read_coordinate(const std::vector<const DatasetInfo*>& parts, std::size_t d) {
  std::optional<Coordinate> whole = read_one(*parts.front(), d);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    std::optional<Coordinate> part = read_one(*parts[i], d);
    if (whole.has_value() != part.has_value()) {
      throw InputError(fmt::format(
          "dimension {} of {} has a coordinate in one of {} and {} only ({}): add it, or leave "
          "one of the files out",
          printable(parts[i]->dimension_names[d]), printable(parts[i]->path), printable(parts.front()->file, 1000),
          printable(parts[i]->file, 1000), whole ? whole->where() : part->where()));
    }
    if (part) join(*whole, std::move(*part));
  }
  return whole;
}

void check_present(const Coordinate& coordinate, std::int64_t index) {
  const auto length = static_cast<std::int64_t>(coordinate.values.size());
  if (index < 0 || index >= length) throw Error(ExitCode::internal, "an index leaves " + coordinate.where());
  if (!std::isnan(coordinate.values[static_cast<std::size_t>(index)])) return;
  throw InputError(fmt::format("the value at index {} is missing or NaN ({}): correct it, or leave it out with -d",
                               index, coordinate.where()));
}

}  // namespace scatterfold

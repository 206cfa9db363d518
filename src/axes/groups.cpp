// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "axes/groups.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "axes/time_units.hpp"
#include "base/error.hpp"
#include "base/parse.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

using Labels = std::vector<std::int64_t>;
using Attributes = std::vector<std::pair<std::string, std::string>>;

/// Numbers the labels that occur in ascending order, and returns them in that order.
Labels number_groups(const Labels& labels, Groups& groups) {
  Labels distinct = labels;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  groups.count = static_cast<std::int64_t>(distinct.size());
  groups.group_of.reserve(labels.size());
  for (const std::int64_t label : labels)
    groups.group_of.push_back(std::lower_bound(distinct.begin(), distinct.end(), label) - distinct.begin());
  return distinct;
}

std::int64_t first_day_of_year(Calendar calendar, std::int64_t year) { return day_number(calendar, {year, 1, 1}); }

/// A part of time as a number; `day` is that of the instant.
struct Part {
  const char* name;
  std::int64_t (*label)(Calendar, Instant, std::int64_t day);
  Attributes attributes;
};

const std::vector<Part>& parts_of_time() {
  static const std::vector<Part> parts = {
      {"month",
       [](Calendar calendar, Instant, std::int64_t day) -> std::int64_t { return date_of_day(calendar, day).month; },
       {{"long_name", "month of the year"}, {"units", "1"}}},
      {"year",
       [](Calendar calendar, Instant, std::int64_t day) { return date_of_day(calendar, day).year; },
       {{"long_name", "year"}, {"units", "1"}}},
      {"season",
       [](Calendar calendar, Instant, std::int64_t day) -> std::int64_t {
         return date_of_day(calendar, day).month % 12 / 3 + 1;
       },
       {{"long_name", "season"}, {"units", "1"}, {"flag_values", "1, 2, 3, 4"}, {"flag_meanings", "DJF MAM JJA SON"}}},
      {"dayofyear",
       [](Calendar calendar, Instant, std::int64_t day) {
         return day - first_day_of_year(calendar, date_of_day(calendar, day).year) + 1;
       },
       {{"long_name", "day of the year"}, {"units", "1"}}},
      {"hour",
       [](Calendar, Instant instant, std::int64_t day) {
         return static_cast<std::int64_t>((instant - day * microseconds_per_day) / (3600 * microseconds_per_second));
       },
       {{"long_name", "hour of the day"}, {"units", "1"}}}};
  return parts;
}

/// Stretches of time: the first days of the one that a day is in and of the next one.
struct Stretch {
  const char* name;
  std::int64_t (*start)(Calendar, std::int64_t day);
  std::int64_t (*next)(Calendar, std::int64_t start);
};

constexpr Stretch stretches_of_time[] = {
    {"day", [](Calendar, std::int64_t day) { return day; }, [](Calendar, std::int64_t start) { return start + 1; }},
    {"yearmonth",
     [](Calendar calendar, std::int64_t day) {
       const Date date = date_of_day(calendar, day);
       return day_number(calendar, {date.year, date.month, 1});
     },
     [](Calendar calendar, std::int64_t start) {
       return day_number(calendar, next_month(date_of_day(calendar, start)));
     }}};

std::vector<std::string> known_words() {
  std::vector<std::string> words;
  for (const Part& part : parts_of_time()) words.emplace_back(part.name);
  for (const Stretch& stretch : stretches_of_time) words.emplace_back(stretch.name);
  return words;
}

[[noreturn]] void refuse_word(const Coordinate& coordinate, const std::string& what) {
  const std::vector<std::string> near = near_names(what, known_words());
  const std::string remedy = near.empty() ? fmt::format("use one of {}", fmt::join(known_words(), ", "))
                                          : fmt::format("did you mean {}?", fmt::join(near, ", "));
  throw UsageError(fmt::format("\"{}\" is no part of time (--by {}:{}): {}", printable(what),
                               printable(coordinate.dimension), printable(what), remedy));
}

TimeUnits units_of(const Coordinate& coordinate, const std::string& what) {
  if (!coordinate.is_time()) {
    const std::string units =
        coordinate.units.empty() ? "no units" : fmt::format("units \"{}\"", printable(coordinate.units));
    throw InputError(
        fmt::format("--by {}:{} needs a time and the coordinate has {} ({}): give it units such as "
                    "\"hours since 1970-01-01\"",
                    printable(coordinate.dimension), what, units, coordinate.where()));
  }
  return parse_time_units(coordinate.units, coordinate.calendar, coordinate.where());
}

Instant instant_at(const Coordinate& coordinate, const TimeUnits& units, std::int64_t index) {
  check_present(coordinate, index);
  return units.instant(coordinate.values[static_cast<std::size_t>(index)]);
}

Attributes time_attributes(const Coordinate& coordinate) {
  Attributes attributes = {{"standard_name", "time"}, {"units", coordinate.units}};
  if (!coordinate.calendar.empty()) attributes.emplace_back("calendar", coordinate.calendar);
  if (!coordinate.long_name.empty()) attributes.emplace_back("long_name", coordinate.long_name);
  attributes.emplace_back("axis", "T");
  return attributes;
}

Attributes own_attributes(const Coordinate& coordinate) {
  if (coordinate.is_time()) return time_attributes(coordinate);
  Attributes attributes;
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) attributes.emplace_back(name, text);
  };
  add("standard_name", coordinate.standard_name);
  add("long_name", coordinate.long_name);
  add("units", coordinate.units);
  add("axis", coordinate.axis);
  return attributes;
}

Groups group_by_part(const Coordinate& coordinate, const std::vector<std::int64_t>& indices, const Part& part) {
  const TimeUnits units = units_of(coordinate, part.name);
  Labels labels;
  labels.reserve(indices.size());
  for (const std::int64_t index : indices) {
    const Instant instant = instant_at(coordinate, units, index);
    labels.push_back(part.label(units.calendar, instant, day_of(instant)));
  }
  Groups groups;
  groups.dimension = part.name;
  for (const std::int64_t label : number_groups(labels, groups)) groups.values.push_back(static_cast<double>(label));
  groups.values_type = ElementType::int32;
  groups.attributes = part.attributes;
  return groups;
}

Groups group_by_stretch(const Coordinate& coordinate, const std::vector<std::int64_t>& indices,
                        const Stretch& stretch) {
  const TimeUnits units = units_of(coordinate, stretch.name);
  Labels starts;
  starts.reserve(indices.size());
  for (const std::int64_t index : indices)
    starts.push_back(stretch.start(units.calendar, day_of(instant_at(coordinate, units, index))));
  Groups groups;
  groups.dimension = coordinate.dimension;
  const auto value_of_day = [&](std::int64_t day) { return units.value(day * microseconds_per_day); };
  for (const std::int64_t start : number_groups(starts, groups)) {
    groups.values.push_back(value_of_day(start));
    groups.bounds.push_back(value_of_day(start));
    groups.bounds.push_back(value_of_day(stretch.next(units.calendar, start)));
  }
  groups.attributes = time_attributes(coordinate);
  return groups;
}

Groups group_by_value(const Coordinate& coordinate, const std::vector<std::int64_t>& indices) {
  constexpr std::int64_t most = std::int64_t{1} << 53;  // what the output's float64 hold exactly
  if (!coordinate.integer) {
    const std::string name = printable(coordinate.dimension);
    throw InputError(fmt::format("--by {} needs a coordinate of integers ({}): {}", name, coordinate.where(),
                                 coordinate.is_time() ? fmt::format("name a part of time such as {}:month", name)
                                                      : fmt::format("use --every {}=STEPS", name)));
  }
  Labels labels;
  labels.reserve(indices.size());
  for (const std::int64_t index : indices) {
    check_present(coordinate, index);
    labels.push_back(coordinate.integers[static_cast<std::size_t>(index)]);
    if (labels.back() > most || labels.back() < -most) {
      throw InputError(fmt::format("the value {} at index {} is past 2^53 ({}): leave it out with -d, or renumber",
                                   labels.back(), index, coordinate.where()));
    }
  }
  Groups groups;
  groups.dimension = coordinate.dimension;
  for (const std::int64_t label : number_groups(labels, groups)) groups.values.push_back(static_cast<double>(label));
  groups.values_type = ElementType::int64;
  groups.attributes = own_attributes(coordinate);
  return groups;
}

/// The outer bounds of the values at two indices, in the order that the first one's have.
std::pair<double, double> outer_bounds(const Coordinate& coordinate, std::size_t first, std::size_t last) {
  const std::vector<double>& bounds = coordinate.bounds;
  if (bounds.empty()) return {coordinate.values[first], coordinate.values[last]};
  const auto [low, high] =
      std::minmax({bounds[2 * first], bounds[2 * first + 1], bounds[2 * last], bounds[2 * last + 1]});
  return bounds[2 * first] <= bounds[2 * first + 1] ? std::pair(low, high) : std::pair(high, low);
}

/// `begin` to `end` are places among the indices.
void stamp_block(const Coordinate& coordinate, const std::vector<std::int64_t>& indices, std::size_t begin,
                 std::size_t end, Groups& groups) {
  const auto at = [&](std::size_t place) { return static_cast<std::size_t>(indices[place]); };
  const double low = coordinate.values[at(begin + (end - begin - 1) / 2)];
  const double high = coordinate.values[at(begin + (end - begin) / 2)];
  const auto [first, last] = outer_bounds(coordinate, at(begin), at(end - 1));
  groups.values.push_back(low + (high - low) / 2);
  groups.bounds.push_back(first);
  groups.bounds.push_back(last);
}

}  // namespace

Groups group_by(const Coordinate& coordinate, const std::vector<std::int64_t>& indices, const std::string& what) {
  if (what.empty()) return group_by_value(coordinate, indices);
  for (const Part& part : parts_of_time()) {
    if (what == part.name) return group_by_part(coordinate, indices, part);
  }
  for (const Stretch& stretch : stretches_of_time) {
    if (what == stretch.name) return group_by_stretch(coordinate, indices, stretch);
  }
  refuse_word(coordinate, what);
}

Groups group_every(const Coordinate* coordinate, const std::vector<std::int64_t>& indices, const std::string& dimension,
                   std::int64_t steps) {
  if (steps < 1) {
    throw UsageError(fmt::format("blocks of {} (--every {}={}): give 1 or more", counted(steps, "step"),
                                 printable(dimension), steps));
  }
  const auto length = static_cast<std::int64_t>(indices.size());
  Groups groups;
  groups.dimension = dimension;
  groups.count = length == 0 ? 0 : (length - 1) / steps + 1;
  for (std::int64_t i = 0; i < length; ++i) groups.group_of.push_back(i / steps);
  if (coordinate == nullptr) {
    for (std::int64_t block = 0; block < groups.count; ++block) groups.values.push_back(static_cast<double>(block));
    groups.values_type = ElementType::int64;
    return groups;
  }
  for (const std::int64_t index : indices) check_present(*coordinate, index);
  for (std::int64_t block = 0; block < groups.count; ++block) {
    const std::int64_t begin = block * steps, end = begin + std::min(steps, length - begin);
    stamp_block(*coordinate, indices, static_cast<std::size_t>(begin), static_cast<std::size_t>(end), groups);
  }
  groups.attributes = own_attributes(*coordinate);
  return groups;
}

}  // namespace scatterfold

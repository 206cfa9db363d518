// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "axes/groups.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "axes/made_axes.hpp"

namespace scatterfold {
namespace {

using Values = std::vector<double>;
using Indices = std::vector<std::int64_t>;

Coordinate times(const Values& values, const std::string& units = "days since 2000-01-01",
                 const std::string& calendar = "standard") {
  Coordinate time;
  time.file = "a.nc";
  time.path = "/time";
  time.dimension = "time";
  time.values = values;
  time.units = units;
  time.calendar = calendar;
  return time;
}

Coordinate integers(const Indices& values) {
  Coordinate levels = times(Values(values.begin(), values.end()), "1", "");
  levels.dimension = "level";
  levels.path = "/level";
  levels.integer = true;
  levels.integers = values;
  return levels;
}

Indices all_of(const Coordinate& coordinate) {
  Indices indices(coordinate.values.size());
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

Values days(std::size_t count) {
  Values values(count);
  std::iota(values.begin(), values.end(), 0.0);
  return values;
}

std::string attribute(const Groups& groups, const std::string& name) {
  for (const auto& [key, text] : groups.attributes) {
    if (key == name) return text;
  }
  return {};
}

/// How many indices each group has.
Indices sizes(const Groups& groups) {
  Indices result(static_cast<std::size_t>(groups.count));
  for (const std::int64_t group : groups.group_of) ++result[static_cast<std::size_t>(group)];
  return result;
}

TEST(GroupBy, months_of_a_leap_year) {
  const Coordinate time = times(days(366));
  const Groups groups = group_by(time, all_of(time), "month");
  EXPECT_EQ(groups.dimension, "month");
  EXPECT_EQ(groups.values, (Values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  EXPECT_EQ(sizes(groups), (Indices{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}));
  EXPECT_EQ(groups.values_type, ElementType::int32);
  EXPECT_EQ(groups.count, 12);
  EXPECT_TRUE(groups.bounds.empty());
  EXPECT_EQ(attribute(groups, "long_name"), "month of the year");
}

TEST(GroupBy, only_what_occurs_in_order_of_labels) {
  const Coordinate time = times({340, 45, 366 + 340, 50});  // December, February, December, February
  const Groups groups = group_by(time, all_of(time), "month");
  EXPECT_EQ(groups.values, (Values{2, 12}));
  EXPECT_EQ(groups.group_of, (Indices{1, 0, 1, 0}));
  EXPECT_EQ(group_by(time, {2, 1}, "year").values, (Values{2000, 2001}));
  EXPECT_EQ(group_by(time, {2, 1}, "year").group_of, (Indices{1, 0}));
  EXPECT_EQ(group_by(time, {}, "year").count, 0);
}

TEST(GroupBy, seasons) {
  const Coordinate time = times(days(366));
  const Groups groups = group_by(time, all_of(time), "season");
  EXPECT_EQ(groups.values, (Values{1, 2, 3, 4}));
  EXPECT_EQ(sizes(groups), (Indices{31 + 31 + 29, 92, 92, 91}));
  EXPECT_EQ(groups.group_of[340], 0);
  EXPECT_EQ(attribute(groups, "flag_meanings"), "DJF MAM JJA SON");
  EXPECT_EQ(attribute(groups, "flag_values"), "1, 2, 3, 4");
}

TEST(GroupBy, day_of_the_year_is_a_position) {
  const Coordinate time = times({59, 60, 366 + 59, 365});
  EXPECT_EQ(group_by(time, all_of(time), "dayofyear").values, (Values{60, 61, 366}));
  EXPECT_EQ(group_by(time, all_of(time), "dayofyear").group_of, (Indices{0, 1, 0, 2}));
  const Coordinate noleap = times({59, 365 + 59}, "days since 2000-01-01", "365_day");
  EXPECT_EQ(group_by(noleap, all_of(noleap), "dayofyear").values, (Values{60}));
}

TEST(GroupBy, hours_of_fractions_of_days) {
  Values values;
  for (int h = 0; h < 24 * 365; ++h) values.push_back(h / 24.0);
  const Coordinate time = times(values, "days since 1850-01-01", "noleap");
  EXPECT_EQ(sizes(group_by(time, all_of(time), "hour")), Indices(24, 365));
  EXPECT_EQ(sizes(group_by(time, all_of(time), "day")), Indices(365, 24));
}

TEST(GroupBy, days_are_times_in_the_units_of_the_input) {
  Coordinate time = times({30, 2, 5, 24, 60}, "hours since 2000-01-01 06:00:00");
  time.long_name = "valid time";
  const Groups groups = group_by(time, all_of(time), "day");
  EXPECT_EQ(groups.dimension, "time");
  EXPECT_EQ(groups.values, (Values{-6, 18, 42}));
  EXPECT_EQ(groups.bounds, (Values{-6, 18, 18, 42, 42, 66}));
  EXPECT_EQ(groups.group_of, (Indices{1, 0, 0, 1, 2}));
  EXPECT_EQ(groups.values_type, ElementType::float64);
  EXPECT_EQ(attribute(groups, "units"), "hours since 2000-01-01 06:00:00");
  EXPECT_EQ(attribute(groups, "calendar"), "standard");
  EXPECT_EQ(attribute(groups, "long_name"), "valid time");
}

TEST(GroupBy, months_of_years) {
  const Coordinate time = times({340, 350, 370, 366 + 340});
  const Groups groups = group_by(time, all_of(time), "yearmonth");
  EXPECT_EQ(groups.values, (Values{335, 366, 366 + 334}));
  EXPECT_EQ(groups.bounds, (Values{335, 366, 366, 397, 366 + 334, 366 + 365}));
  const Coordinate gap = times({0}, "days since 1582-10-20");
  EXPECT_EQ(group_by(gap, {0}, "yearmonth").bounds, (Values{-9, 12})) << "October 1582 had 21 days";
  const Coordinate equal = times({45}, "days since 2000-01-01", "360_day");
  EXPECT_EQ(group_by(equal, {0}, "yearmonth").bounds, (Values{30, 60}));
}

TEST(GroupBy, own_integers) {
  const Coordinate levels = integers({500, 850, 500, -3});
  const Groups groups = group_by(levels, {0, 1, 2, 3}, "");
  EXPECT_EQ(groups.dimension, "level");
  EXPECT_EQ(groups.values, (Values{-3, 500, 850}));
  EXPECT_EQ(groups.group_of, (Indices{1, 2, 1, 0}));
  EXPECT_EQ(groups.values_type, ElementType::int64);
  EXPECT_EQ(attribute(groups, "units"), "1");
  EXPECT_SAYS(message_of([] { group_by(integers({(std::int64_t{1} << 53) + 1}), {0}, ""); }), "past 2^53");
}

TEST(GroupBy, refusals) {
  const Coordinate time = times({1, std::nan(""), 3});
  EXPECT_SAYS(message_of<UsageError>([&] { group_by(time, {0}, "mnoth"); }), "did you mean month");
  EXPECT_SAYS(message_of<UsageError>([&] { group_by(time, {0}, "zzz"); }), "use one of month, year, season");
  EXPECT_SAYS(message_of([&] { group_by(time, {0}, ""); }), "time:month");
  EXPECT_SAYS(message_of([] { group_by(times({1.5}, "m"), {0}, ""); }), "--every time=STEPS");
  EXPECT_SAYS(message_of([&] { group_by(time, {0, 1}, "month"); }), "index 1 is missing or NaN (/time in a.nc)");
  EXPECT_EQ(group_by(time, {0, 2}, "month").count, 1) << "what is left out does not matter";
  EXPECT_SAYS(message_of([] { group_by(times({1}, "K"), {0}, "month"); }), "units \"K\" (/time in a.nc)");
  EXPECT_SAYS(message_of([] { group_by(times({1}, ""), {0}, "month"); }), "no units");
  EXPECT_SAYS(message_of([] { group_by(times({1}, "eons since 2000-01-01"), {0}, "month"); }), "eons");
}

// Stamps and bounds of CDO 2.1.1's timselmean,4 on the same times.
TEST(GroupEvery, stamps_of_timselmean) {
  Coordinate time = times({0, 1, 2, 10, 20, 21, 23}, "hours since 2000-01-01");
  Groups groups = group_every(&time, all_of(time), "time", 4);
  EXPECT_EQ(groups.dimension, "time");
  EXPECT_EQ(groups.group_of, (Indices{0, 0, 0, 0, 1, 1, 1}));
  EXPECT_EQ(groups.values, (Values{1.5, 21}));
  EXPECT_EQ(groups.bounds, (Values{0, 10, 20, 23}));
  EXPECT_EQ(attribute(groups, "units"), "hours since 2000-01-01");
  for (const double value : time.values) {
    time.bounds.push_back(value - 0.25);
    time.bounds.push_back(value + 0.25);
  }
  EXPECT_EQ(group_every(&time, all_of(time), "time", 4).bounds, (Values{-0.25, 10.25, 19.75, 23.25}));
}

TEST(GroupEvery, blocks_of_what_is_selected) {
  const Coordinate time = times({0, 1, 2, 10, 20, 21, 23});
  const Groups groups = group_every(&time, {0, 2, 4, 6}, "time", 3);
  EXPECT_EQ(groups.group_of, (Indices{0, 0, 0, 1}));
  EXPECT_EQ(groups.values, (Values{2, 23}));
  EXPECT_EQ(groups.bounds, (Values{0, 20, 23, 23}));
  EXPECT_EQ(group_every(&time, all_of(time), "time", std::int64_t{1} << 62).count, 1);
  EXPECT_EQ(group_every(&time, {}, "time", 3).count, 0);
}

TEST(GroupEvery, falling_values_and_bounds_either_way) {
  Coordinate lat = times({80, 60, 40}, "degrees_north", "");
  EXPECT_EQ(group_every(&lat, {0, 1, 2}, "lat", 2).bounds, (Values{80, 60, 40, 40}));
  lat.bounds = {90, 70, 70, 50, 50, 30};
  EXPECT_EQ(group_every(&lat, {0, 1, 2}, "lat", 2).bounds, (Values{90, 50, 50, 30}));
  lat.bounds = {70, 90, 50, 70, 30, 50};
  EXPECT_EQ(group_every(&lat, {0, 1, 2}, "lat", 2).bounds, (Values{50, 90, 30, 50}));
}

TEST(GroupEvery, numbers_without_a_coordinate) {
  const Groups groups = group_every(nullptr, {5, 6, 7}, "x", 2);
  EXPECT_EQ(groups.values, (Values{0, 1}));
  EXPECT_EQ(groups.values_type, ElementType::int64);
  EXPECT_TRUE(groups.bounds.empty());
  EXPECT_SAYS(message_of<UsageError>([] { group_every(nullptr, {0}, "x", 0); }), "--every x=0");
}

}  // namespace
}  // namespace scatterfold

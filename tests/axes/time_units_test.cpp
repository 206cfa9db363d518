// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "axes/time_units.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "io/scratch.hpp"

namespace scatterfold {
namespace {

TimeUnits parsed(const std::string& units, const std::string& calendar = "") {
  return parse_time_units(units, calendar, "/time in a.nc");
}

std::string refused(const std::string& units, const std::string& calendar = "") {
  return message_of([&] { parsed(units, calendar); });
}

struct Known {
  const char *calendar, *units;
  double value;
  Date date;
  int second_of_day;
};

// From cftime 1.6.2, num2date(value, units, calendar, has_year_zero=True).
TEST(TimeUnits, dates_of_cftime) {
  const Known all[] = {
      {"standard", "days since 1582-10-04", 1, {1582, 10, 15}, 0},
      {"standard", "days since 0001-01-01", 577735, {1582, 10, 3}, 0},
      {"standard", "days since 1850-01-01", 73048.5, {2049, 12, 31}, 43200},
      {"proleptic_gregorian", "days since 1582-10-04", 1, {1582, 10, 5}, 0},
      {"proleptic_gregorian", "days since 1970-01-01", -719529, {-1, 12, 31}, 0},
      {"julian", "days since 1900-02-28", 1, {1900, 2, 29}, 0},
      {"noleap", "days since 2000-02-28", 1, {2000, 3, 1}, 0},
      {"noleap", "days since 0001-01-01", 3649999, {10000, 12, 31}, 0},
      {"all_leap", "days since 1900-02-28", 1, {1900, 2, 29}, 0},
      {"360_day", "days since 2000-02-28", 2, {2000, 2, 30}, 0},
      {"360_day", "days since 1850-01-01", -720001, {-151, 12, 30}, 0},
      {"standard", "hours since 1800-01-01", 1876344, {2014, 1, 20}, 0},
      {"standard", "seconds since 1970-01-01", 1700000000, {2023, 11, 14}, 80000},
      {"proleptic_gregorian", "hours since 0001-01-01", 87649416, {10000, 1, 1}, 0},
  };
  for (const Known& known : all) {
    const TimeUnits units = parsed(known.units, known.calendar);
    const Instant instant = units.instant(known.value);
    EXPECT_EQ(date_of_day(units.calendar, day_of(instant)), known.date) << known.units << ' ' << known.value;
    EXPECT_TRUE(instant - day_of(instant) * microseconds_per_day == known.second_of_day * microseconds_per_second);
    EXPECT_EQ(units.value(instant), known.value);
  }
}

TEST(TimeUnits, spellings_of_units) {
  const std::tuple<std::int64_t, std::vector<std::string>> same[] = {
      {604800000000, {"week", "Weeks"}},
      {86400000000, {"day", "days", "d", "DAYS"}},
      {3600000000, {"hour", "hours", "hr", "hrs", "h"}},
      {60000000, {"minute", "minutes", "min", "mins"}},
      {1000000, {"second", "seconds", "sec", "secs", "s"}},
      {1000, {"millisecond", "milliseconds", "msec", "ms"}},
      {1, {"microsecond", "microseconds"}}};
  for (const auto& [microseconds, names] : same) {
    for (const std::string& name : names) EXPECT_EQ(parsed(name + " since 2000-01-01").unit, microseconds) << name;
  }
}

TEST(TimeUnits, spellings_of_one_reference) {
  const TimeUnits plain = parsed("hours since 2000-01-01 06:00:00");
  for (const char* const text :
       {"hours since 2000-1-1 6", "hours since 2000-01-01T06:00Z", "  Hours  SINCE  2000-01-01 06:00:00.000 UTC ",
        "h since +2000-1-1 6:0:0", "hours since 2000-01-01 07:00:00 +01:00", "hours since 2000-01-01 11:30 +0530",
        "hours since 2000-01-01 00:00:00 -6:00", "hours since 2000-01-01T00:00:00-06",
        "hours since 2000-01-01 6:00 GMT"})
    EXPECT_TRUE(parsed(text) == plain) << text;
  EXPECT_TRUE(parsed("days since 1990") == parsed("days since 1990-01-01 00:00"));
  EXPECT_TRUE(parsed("s since 2000-01-01 00:00:00.25").reference - parsed("s since 2000-01-01").reference == 250000);
}

TEST(TimeUnits, what_is_no_time_is_refused_with_an_example) {
  for (const char* const text :
       {"", "K", "hours", "hours since", "hours since yesterday", "fortnights since 2000-01-01",
        "hours since 2000-13-01", "hours since 2000-02-30", "hours since 1582-10-10", "hours since 2000-01-01 25:00",
        "hours since 2000-01-01 1:61", "hours since 2000-01-01 00:00:00 CET", "hours since 2000-01-01 what",
        "hours since 2000-0-0", "day as %Y%m%d.%f"}) {
    const std::string message = refused(text);
    EXPECT_SAYS(message, "hours since 1970-01-01 00:00:00");
    EXPECT_SAYS(message, std::string("\"") + text + "\"");
    EXPECT_SAYS(message, "/time in a.nc");
  }
  EXPECT_SAYS(refused("days since 2001-02-29", "noleap"), "calendar noleap");
  EXPECT_SAYS(refused("days since 2001-01-01", "lunar"), "\"lunar\"");
}

TEST(TimeUnits, months_and_years_have_no_length_but_in_360_day) {
  for (const char* const text : {"months since 2000-01-01", "month since 2000-01-01", "years since 2000-01-01"})
    EXPECT_SAYS(refused(text), "convert the times to days");
  EXPECT_SAYS(refused("years since 2000-01-01", "360_day"), "no fixed length");
  const TimeUnits units = parsed("months since 2000-01-01", "360_day");
  EXPECT_EQ(date_of_day(units.calendar, day_of(units.instant(14))), (Date{2001, 3, 1}));
}

TEST(TimeUnits, fractions_fall_on_the_second_that_they_mean) {
  const TimeUnits days = parsed("days since 1850-01-01");
  const auto hour = [&](double value) {
    const Instant instant = days.instant(value);
    return static_cast<int>((instant - day_of(instant) * microseconds_per_day) / (3600 * microseconds_per_second));
  };
  for (int h = 0; h < 24 * 1000; ++h) {
    EXPECT_EQ(hour(h / 24.0), h % 24);
    EXPECT_EQ(hour(60000 + h / 24.0), h % 24);
  }
  EXPECT_EQ(hour(0.041666667), 1);
  EXPECT_EQ(hour(std::nextafter(1.0 / 24, 0)), 1);
  EXPECT_EQ(hour(0.0416666), 0) << "6 ms before the hour";
  EXPECT_EQ(day_of(days.instant(2.9999999999)) - day_of(days.instant(0)), 3);
  EXPECT_EQ(day_of(days.instant(-1e-9)) - day_of(days.instant(0)), 0);
  EXPECT_EQ(day_of(days.instant(-0.001)) - day_of(days.instant(0)), -1);
  const TimeUnits seconds = parsed("seconds since 1970-01-01");
  EXPECT_TRUE(seconds.instant(0.998) - seconds.reference == 998000);
  EXPECT_TRUE(seconds.instant(0.999) - seconds.reference == 1000000);
  EXPECT_TRUE(seconds.instant(1e-300) == seconds.reference);
}

TEST(TimeUnits, far_past_and_future) {
  const TimeUnits units = parsed("days since -0001-03-01", "proleptic_gregorian");
  EXPECT_EQ(date_of_day(units.calendar, day_of(units.instant(0))), (Date{-1, 3, 1}));
  EXPECT_EQ(date_of_day(units.calendar, day_of(units.instant(366))), (Date{0, 3, 1}));
  EXPECT_EQ(date_of_day(units.calendar, day_of(units.instant(146097.0 * 100000))), (Date{39999999, 3, 1}));
  EXPECT_EQ(units.value(units.instant(146097.0 * 100000)), 146097.0 * 100000);
  for (const double value : {1e300, -1e12, std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_SAYS(message_of([&] { units.instant(value); }), "/time in a.nc");
}

TEST(TimeUnits, conversion_is_exact_for_whole_numbers) {
  const TimeUnits hours = parsed("hours since 1900-01-01"), days = parsed("days since 1850-01-01");
  const TimeUnits seconds = parsed("seconds since 1970-01-01");
  EXPECT_EQ(converted(0, hours, days), 18262);
  EXPECT_EQ(converted(24 * 365, hours, days), 18262 + 365);
  EXPECT_EQ(converted(1700000000, seconds, hours), 613608 + 1700000000 / 3600.0);
  EXPECT_EQ(
      converted(4503599627370495, parsed("microseconds since 1970-01-01"), parsed("microseconds since 1970-01-02")),
      4503599627370495 - 86400000000);
  EXPECT_DOUBLE_EQ(converted(0.1, days, hours), (0.1 - 18262) * 24);
  EXPECT_TRUE(std::isnan(converted(std::nan(""), days, hours)));
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "axes/calendar.hpp"

#include <gtest/gtest.h>

namespace scatterfold {
namespace {

constexpr Calendar all_calendars[] = {Calendar::standard, Calendar::proleptic_gregorian,
                                      Calendar::julian,   Calendar::noleap,
                                      Calendar::all_leap, Calendar::day_360};

TEST(Calendar, every_day_has_one_date_and_every_date_one_day) {
  for (const Calendar calendar : all_calendars) {
    for (const std::int64_t first : {-2000000LL, -400LL, 577000LL, 730000LL, 3650000LL, 36500000000LL}) {
      Date before = date_of_day(calendar, first - 1);
      for (std::int64_t day = first; day < first + 4000; ++day) {
        const Date date = date_of_day(calendar, day);
        ASSERT_EQ(day_number(calendar, date), day);
        ASSERT_TRUE(has_date(calendar, date));
        const bool next_day = date.year == before.year && date.month == before.month && date.day == before.day + 1;
        const bool gap = calendar == Calendar::standard && date == Date{1582, 10, 15};
        ASSERT_TRUE(next_day || gap || date == next_month(before)) << date.year << '-' << date.month << '-' << date.day;
        before = date;
      }
    }
  }
}

TEST(Calendar, leap_days) {
  const auto has_leap_day = [](Calendar calendar, std::int64_t year) { return has_date(calendar, {year, 2, 29}); };
  EXPECT_TRUE(has_leap_day(Calendar::standard, 2000));
  EXPECT_FALSE(has_leap_day(Calendar::standard, 1900));
  EXPECT_TRUE(has_leap_day(Calendar::standard, 1500));
  EXPECT_FALSE(has_leap_day(Calendar::proleptic_gregorian, 1500));
  EXPECT_TRUE(has_leap_day(Calendar::proleptic_gregorian, 0));
  EXPECT_TRUE(has_leap_day(Calendar::proleptic_gregorian, -400));
  EXPECT_TRUE(has_leap_day(Calendar::julian, 1900));
  EXPECT_FALSE(has_leap_day(Calendar::noleap, 2000));
  EXPECT_TRUE(has_leap_day(Calendar::all_leap, 1999));
  EXPECT_TRUE(has_date(Calendar::day_360, {1999, 2, 30}));
  EXPECT_FALSE(has_date(Calendar::day_360, {1999, 1, 31}));
}

TEST(Calendar, ten_days_of_1582_are_in_no_standard_calendar) {
  EXPECT_FALSE(has_date(Calendar::standard, {1582, 10, 5}));
  EXPECT_FALSE(has_date(Calendar::standard, {1582, 10, 14}));
  EXPECT_TRUE(has_date(Calendar::proleptic_gregorian, {1582, 10, 10}));
  EXPECT_EQ(day_number(Calendar::standard, {1582, 10, 15}), day_number(Calendar::standard, {1582, 10, 4}) + 1);
}

TEST(Calendar, what_is_no_date) {
  for (const Calendar calendar : all_calendars) {
    for (const Date& date :
         {Date{2000, 0, 1}, Date{2000, 13, 1}, Date{2000, 1, 0}, Date{2000, 4, 31}, Date{2000, 1, 32}})
      EXPECT_FALSE(has_date(calendar, date));
  }
}

TEST(Calendar, names) {
  EXPECT_EQ(calendar_named(""), Calendar::standard);
  EXPECT_EQ(calendar_named("Gregorian"), Calendar::standard);
  EXPECT_EQ(calendar_named("365_day"), calendar_named("NOLEAP"));
  EXPECT_EQ(calendar_named("366_day"), calendar_named("all_leap"));
  EXPECT_EQ(calendar_named("360_day"), Calendar::day_360);
  EXPECT_FALSE(calendar_named("tai"));
}

}  // namespace
}  // namespace scatterfold

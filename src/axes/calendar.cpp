// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "axes/calendar.hpp"

#include <array>
#include <utility>

#include "axes/words.hpp"

namespace scatterfold {
namespace {

constexpr std::array<std::pair<std::string_view, Calendar>, 9> names = {
    {{"standard", Calendar::standard},
     {"gregorian", Calendar::standard},
     {"proleptic_gregorian", Calendar::proleptic_gregorian},
     {"julian", Calendar::julian},
     {"noleap", Calendar::noleap},
     {"365_day", Calendar::noleap},
     {"all_leap", Calendar::all_leap},
     {"366_day", Calendar::all_leap},
     {"360_day", Calendar::day_360}}};

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// A year that begins on 1 March has its leap day at the end: days before a month no longer depend on the year.
struct MarchDate {
  std::int64_t year;
  int month, day;  // month 0 is March; day from 0
};

constexpr MarchDate march_date(const Date& date) {
  return {date.month > 2 ? date.year : date.year - 1, (date.month + 9) % 12, date.day - 1};
}

constexpr Date date_in_march_year(std::int64_t year, std::int64_t day_of_year) {
  const int month = static_cast<int>((5 * day_of_year + 2) / 153);
  const int day = static_cast<int>(day_of_year - (153 * month + 2) / 5) + 1;
  return {month < 10 ? year : year + 1, month < 10 ? month + 3 : month - 9, day};
}

constexpr std::int64_t day_of_march_year(const MarchDate& date) { return (153 * date.month + 2) / 5 + date.day; }

constexpr std::int64_t julian_day(const Date& date) {
  const MarchDate march = march_date(date);
  return 365 * march.year + floor_div(march.year, 4) + day_of_march_year(march);
}

constexpr std::int64_t gregorian_day(const Date& date) {
  const std::int64_t year = march_date(date).year;
  return julian_day(date) - floor_div(year, 100) + floor_div(year, 400);
}

/// Julian 1582-10-04 is the day before Gregorian 1582-10-15.
constexpr std::int64_t first_gregorian_day = gregorian_day({1582, 10, 15});
constexpr std::int64_t julian_shift = first_gregorian_day - 1 - julian_day({1582, 10, 4});

Date date_of_julian(std::int64_t day) {
  const std::int64_t year = floor_div(4 * day + 3, 1461);
  return date_in_march_year(year, day - (365 * year + floor_div(year, 4)));
}

Date date_of_gregorian(std::int64_t day) {
  const std::int64_t cycle = floor_div(day, 146097);  // of 400 years
  const std::int64_t in_cycle = day - 146097 * cycle;
  const std::int64_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
  return date_in_march_year(400 * cycle + year, in_cycle - (365 * year + year / 4 - year / 100));
}

/// Years that all have `length` days.
Date date_of_equal_years(std::int64_t day, std::int64_t length) {
  constexpr std::int64_t january_and_february[] = {59, 60};
  const std::int64_t before_march = january_and_february[length - 365];
  const std::int64_t year = floor_div(day - before_march, length);  // which begins in March
  return date_in_march_year(year, day - before_march - length * year);
}

std::int64_t day_of_equal_years(const Date& date, std::int64_t length) {
  const MarchDate march = march_date(date);
  return length * march.year + day_of_march_year(march) + (length == 365 ? 59 : 60);
}

}  // namespace

std::optional<Calendar> calendar_named(std::string_view name) {
  if (name.empty()) return Calendar::standard;
  const std::string lower = lower_case(name);
  for (const auto& [known, calendar] : names) {
    if (lower == known) return calendar;
  }
  return std::nullopt;
}

std::vector<std::string> calendar_names() {
  std::vector<std::string> all;
  all.reserve(names.size());
  for (const auto& [name, calendar] : names) all.emplace_back(name);
  return all;
}

bool has_date(Calendar calendar, const Date& date) {
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) return false;
  return date_of_day(calendar, day_number(calendar, date)) == date;
}

std::int64_t day_number(Calendar calendar, const Date& date) {
  switch (calendar) {
    case Calendar::proleptic_gregorian: return gregorian_day(date);
    case Calendar::julian: return julian_day(date);
    case Calendar::noleap: return day_of_equal_years(date, 365);
    case Calendar::all_leap: return day_of_equal_years(date, 366);
    case Calendar::day_360: return 360 * date.year + std::int64_t{30} * (date.month - 1) + date.day - 1;
    case Calendar::standard: break;
  }
  const std::int64_t day = gregorian_day(date);
  return day >= first_gregorian_day ? day : julian_day(date) + julian_shift;
}

Date date_of_day(Calendar calendar, std::int64_t day) {
  switch (calendar) {
    case Calendar::proleptic_gregorian: return date_of_gregorian(day);
    case Calendar::julian: return date_of_julian(day);
    case Calendar::noleap: return date_of_equal_years(day, 365);
    case Calendar::all_leap: return date_of_equal_years(day, 366);
    case Calendar::day_360: {
      const std::int64_t year = floor_div(day, 360), in_year = day - 360 * year;
      return {year, static_cast<int>(in_year / 30) + 1, static_cast<int>(in_year % 30) + 1};
    }
    case Calendar::standard: break;
  }
  return day >= first_gregorian_day ? date_of_gregorian(day) : date_of_julian(day - julian_shift);
}

Date next_month(const Date& date) {
  return date.month == 12 ? Date{date.year + 1, 1, 1} : Date{date.year, date.month + 1, 1};
}

}  // namespace scatterfold

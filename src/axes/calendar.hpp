// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scatterfold {

/// The calendars of the CF conventions (section 4.4.1).
enum class Calendar : std::uint8_t {
  standard,             ///< Julian until 1582-10-04, Gregorian from the next day, 1582-10-15, on; also "gregorian"
  proleptic_gregorian,  ///< Gregorian at all times
  julian,
  noleap,    ///< every year has 365 days; also "365_day"
  all_leap,  ///< every year has 366 days; also "366_day"
  day_360    ///< every month has 30 days
};

/// Of that name in any case; no name at all is the standard one (CF's default). Nothing for any other name.
std::optional<Calendar> calendar_named(std::string_view name);

/// All names that `calendar_named` knows.
std::vector<std::string> calendar_names();

/// Years are counted as astronomers do, in every calendar: year 0 is 1 BC, and before it is -1.
struct Date {
  std::int64_t year = 1;
  int month = 1, day = 1;
  bool operator==(const Date&) const = default;
};

/// Whether the calendar has that day: not 30 February but in 360_day, not 1582-10-05 to -14 in the standard one.
bool has_date(Calendar calendar, const Date& date);

/// Days since a first day that each calendar has for itself: two numbers of one calendar differ by the days between.
/// Limits: |year| < 10^15.
/// Source: Hinnant, chrono-Compatible Low-Level Date Algorithms (2013): years that begin in March.
std::int64_t day_number(Calendar calendar, const Date& date);

/// The inverse of `day_number`.
Date date_of_day(Calendar calendar, std::int64_t day);

/// The first day of the month after that of `date`.
Date next_month(const Date& date);

}  // namespace scatterfold

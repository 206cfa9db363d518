// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "axes/calendar.hpp"

namespace scatterfold {

/// Microseconds since the start of a calendar's day 0 (`day_number`). 64 bits hold 292,000 years only.
__extension__ using Instant = __int128;

constexpr Instant microseconds_per_second = 1000000;
constexpr Instant microseconds_per_day = 86400 * microseconds_per_second;

/// The number of the day that an instant is in.
std::int64_t day_of(Instant instant);

/// CF's "hours since 1970-01-01" of a calendar.
struct TimeUnits {
  Calendar calendar = Calendar::standard;
  std::int64_t unit = 1;  ///< microseconds
  Instant reference = 0;
  std::string where;  ///< "/time in era5.nc", for messages

  /// When a value is: rounded exactly to the nearest microsecond; then, where that is up to a millisecond before a
  /// whole second, that second, so that 0.041666666 days are one hour and not the last microseconds of the one before.
  /// Errors: InputError for NaN, infinity and what is more than 10^8 years from the reference.
  Instant instant(double value) const;
  /// The value of an instant: its whole part and its fraction are each rounded once.
  double value(Instant instant) const;

  bool operator==(const TimeUnits& other) const {
    return calendar == other.calendar && unit == other.unit && reference == other.reference;
  }
};

/// Whether units are those of a time: "... since ...".
bool are_time_units(std::string_view units);

/// Reads UNIT since YEAR[-MONTH[-DAY]][ HOUR[:MINUTE[:SECOND[.FRACTION]]]] [UTC|GMT|Z|+HH[:MM]], where a T may part
/// date and time. `where` names variable and file.
/// UNIT: weeks, days, hours, minutes, seconds, milliseconds, microseconds and their usual short forms, in any case; in
/// the calendar 360_day also months, of 30 days.
/// Errors: InputError for any other text, a date that the calendar does not have, an unknown calendar, and months and
/// years, which have no fixed length.
TimeUnits parse_time_units(const std::string& units, const std::string& calendar, const std::string& where);

/// A value of `from` in units `to` of the same calendar, exactly where both are whole numbers; NaN for what is no time.
double converted(double value, const TimeUnits& from, const TimeUnits& to);

}  // namespace scatterfold

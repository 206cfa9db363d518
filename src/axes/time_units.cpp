// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "axes/time_units.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "axes/words.hpp"
#include "base/error.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t day_microseconds = static_cast<std::int64_t>(microseconds_per_day);
constexpr std::int64_t most_years = 100000000;
constexpr const char* example = "hours since 1970-01-01 00:00:00";

struct UnitNames {
  std::int64_t microseconds;
  std::vector<std::string_view> names;
};

const std::vector<UnitNames>& units_of_time() {
  static const std::vector<UnitNames> units = {
      {7 * day_microseconds, {"week", "weeks"}},
      {day_microseconds, {"day", "days", "d"}},
      {3600000000, {"hour", "hours", "hr", "hrs", "h"}},
      {60000000, {"minute", "minutes", "min", "mins"}},
      {1000000, {"second", "seconds", "sec", "secs", "s"}},
      {1000, {"millisecond", "milliseconds", "millisec", "millisecs", "msec", "msecs", "ms"}},
      {1, {"microsecond", "microseconds", "microsec", "microsecs", "us"}}};
  return units;
}

std::optional<std::int64_t> unit_named(const std::string& word) {
  for (const UnitNames& unit : units_of_time()) {
    if (std::find(unit.names.begin(), unit.names.end(), word) != unit.names.end()) return unit.microseconds;
  }
  return std::nullopt;
}

bool is_month(const std::string& word) { return word == "month" || word == "months"; }

bool has_no_fixed_length(const std::string& word) {
  return is_month(word) || word == "year" || word == "years" || word == "yr" || word == "yrs" ||
         word == "common_year" || word == "common_years";
}

/// Takes a text apart from the front. What is not there leaves it as it was.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  void skip_spaces() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t"), text_.size())); }
  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  bool at_digit() const { return !text_.empty() && std::isdigit(static_cast<unsigned char>(text_[0])) != 0; }
  /// An unsigned number of at most `most_digits` digits.
  std::optional<std::int64_t> number(std::size_t most_digits) {
    std::size_t digits = 0;
    while (digits < text_.size() && std::isdigit(static_cast<unsigned char>(text_[digits])) != 0) ++digits;
    std::int64_t value = 0;
    if (digits == 0 || digits > most_digits) return std::nullopt;
    std::from_chars(text_.data(), text_.data() + digits, value);
    text_.remove_prefix(digits);
    return value;
  }
  /// The digits behind a decimal point as microseconds; what is finer is cut off.
  std::int64_t fraction() {
    std::int64_t microseconds = 0;
    for (std::int64_t place = 100000; at_digit(); place /= 10) {
      microseconds += (text_[0] - '0') * place;
      text_.remove_prefix(1);
    }
    return microseconds;
  }

 private:
  std::string_view text_;
};

std::optional<Date> scan_date(Scanner& scan) {
  const bool before_year_0 = scan.take('-');
  if (!before_year_0) scan.take('+');
  const auto year = scan.number(9);
  if (!year || *year > most_years) return std::nullopt;
  Date date{before_year_0 ? -*year : *year, 1, 1};
  for (int* const part : {&date.month, &date.day}) {
    if (!scan.take('-')) break;
    const auto number = scan.number(2);
    if (!number) return std::nullopt;
    *part = static_cast<int>(*number);
  }
  return date;
}

/// HOUR[:MINUTE[:SECOND[.FRACTION]]] in microseconds.
std::optional<std::int64_t> scan_clock(Scanner& scan) {
  const auto hour = scan.number(2);
  std::optional<std::int64_t> minute = 0, second = 0;
  std::int64_t microseconds = 0;
  if (scan.take(':')) minute = scan.number(2);
  if (minute && scan.take(':')) second = scan.number(2);
  if (second && scan.take('.')) microseconds = scan.fraction();
  if (!hour || !minute || !second || *hour > 24 || *minute > 59 || *second > 60) return std::nullopt;
  return ((*hour * 60 + *minute) * 60 + *second) * 1000000 + microseconds;
}

/// How far local time is ahead of UTC, in microseconds: "Z", "UTC", "+01", "-6:30", "+0530".
std::optional<std::int64_t> scan_zone(Scanner& scan) {
  if (scan.at_end() || scan.take("utc") || scan.take("gmt") || scan.take('z')) return 0;
  const bool behind = scan.take('-');
  if (!behind && !scan.take('+')) return std::nullopt;
  const auto number = scan.number(4);
  std::optional<std::int64_t> minute = 0;
  if (scan.take(':')) minute = scan.number(2);
  if (!number || !minute) return std::nullopt;
  const std::int64_t minutes = *number >= 100 ? *number / 100 * 60 + *number % 100 : *number * 60 + *minute;
  return (behind ? -minutes : minutes) * 60000000;
}

/// Of everything behind "since"; nothing where it is not understood.
std::optional<Instant> scan_reference(std::string_view text, Calendar calendar) {
  Scanner scan(text);
  scan.skip_spaces();
  const auto date = scan_date(scan);
  if (!date || !has_date(calendar, *date)) return std::nullopt;
  std::optional<std::int64_t> clock = 0;
  scan.skip_spaces();
  if (scan.take('t') || scan.at_digit()) clock = scan_clock(scan);
  scan.skip_spaces();
  const auto zone = scan_zone(scan);
  scan.skip_spaces();
  if (!clock || !zone || !scan.at_end()) return std::nullopt;
  return day_number(calendar, *date) * microseconds_per_day + *clock - *zone;
}

/// Where the word "since" stands, or npos.
std::size_t since_at(const std::string& lower) {
  const std::size_t at = lower.find(" since ");
  return at == std::string::npos ? at : at + 1;
}

Calendar known_calendar(const std::string& name, const std::string& where) {
  if (const auto calendar = calendar_named(name)) return *calendar;
  throw InputError(fmt::format("unknown calendar \"{}\" ({}): correct the attribute calendar to one of {}",
                               printable(name), where, fmt::join(calendar_names(), ", ")));
}

/// Whether a value can be a time: within `most_years` of the reference, and no NaN.
bool is_near(double value, std::int64_t unit) {
  constexpr double most_microseconds = static_cast<double>(most_years) * 366 * 86400e6;
  return std::fabs(value) * static_cast<double>(unit) <= most_microseconds;
}

/// The nearest whole number to value * unit, ties away from zero, exactly: |value * unit| < 2^100.
Instant rounded_product(double value, std::int64_t unit) {
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(value), &exponent);
  Instant product = static_cast<Instant>(static_cast<std::int64_t>(std::ldexp(fraction, 53))) * unit;
  exponent -= 53;
  if (exponent >= 0) {
    product <<= exponent;
  } else {
    product = exponent < -120 ? 0 : (product + (Instant{1} << (-exponent - 1))) >> -exponent;
  }
  return value < 0 ? -product : product;
}

Instant floor_div(Instant a, Instant b) { return a / b - (a % b < 0 ? 1 : 0); }

/// a / b: the whole part exactly, where it fits, and the fraction.
double quotient(Instant a, Instant b, double above) {
  const Instant whole = floor_div(a, b);
  return static_cast<double>(whole) + (static_cast<double>(a - whole * b) + above) / static_cast<double>(b);
}

}  // namespace

std::int64_t day_of(Instant instant) { return static_cast<std::int64_t>(floor_div(instant, microseconds_per_day)); }

Instant TimeUnits::instant(double value) const {
  if (!is_near(value, unit)) {
    throw InputError(fmt::format("{} is no time within {} years ({}): correct the file, or select others with -d",
                                 value, most_years, where));
  }
  const Instant exact = reference + rounded_product(value, unit);
  const Instant next_second = (floor_div(exact, microseconds_per_second) + 1) * microseconds_per_second;
  return next_second - exact <= 1000 ? next_second : exact;
}

double TimeUnits::value(Instant instant) const { return quotient(instant - reference, unit, 0); }

bool are_time_units(std::string_view units) { return since_at(lower_case(units)) != std::string::npos; }

TimeUnits parse_time_units(const std::string& units, const std::string& calendar, const std::string& where) {
  const std::string lower = lower_case(units);
  const std::size_t since = since_at(lower);
  TimeUnits result{known_calendar(calendar, where), 0, 0, where};
  const auto refuse = [&] {
    throw InputError(
        fmt::format("the units \"{}\" are no time of the calendar {} ({}): correct them, for example to \"{}\"",
                    printable(units), calendar.empty() ? "standard" : printable(calendar), where, example));
  };
  if (since == std::string::npos) refuse();
  const std::string word = trimmed(lower.substr(0, since));
  if (is_month(word) && result.calendar == Calendar::day_360) {
    result.unit = 30 * day_microseconds;
  } else if (has_no_fixed_length(word)) {
    throw InputError(
        fmt::format("the units \"{}\" have no fixed length ({}): convert the times to days, for example "
                    "with cdo settunits,days",
                    printable(units), where));
  } else if (const auto unit = unit_named(word)) {
    result.unit = *unit;
  } else {
    refuse();
  }
  const auto reference = scan_reference(std::string_view(lower).substr(since + 5), result.calendar);
  if (!reference) refuse();
  result.reference = *reference;
  return result;
}

double converted(double value, const TimeUnits& from, const TimeUnits& to) {
  if (!is_near(value, from.unit)) return std::numeric_limits<double>::quiet_NaN();
  const double whole = std::floor(value);
  const Instant exact = static_cast<Instant>(whole) * from.unit + from.reference - to.reference;
  return quotient(exact, to.unit, (value - whole) * static_cast<double>(from.unit));
}

}  // namespace scatterfold

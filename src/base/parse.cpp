// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"

namespace scatterfold {
namespace {

__extension__ using Wide = __int128;
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

struct Unit {
  std::string_view name;
  double factor;
};

constexpr Unit byte_units[] = {
    {"", 1},     {"B", 1},    {"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30}, {"TiB", 0x1p40},
    {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6},     {"GB", 1e9},     {"TB", 1e12},
};

// Largest first: "1h30m" must run downwards, so that "30m1h" is caught as the slip that it probably is.
constexpr Unit time_units[] = {{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}, {"ms", 1e-3}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The text as an error may show it: short, printable, one line.
std::string shown(std::string_view text) {
  std::string out;
  for (char c : text.substr(0, 40)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return text.size() > 40 ? out + "..." : out;
}

[[noreturn]] void refuse(std::string_view kind, std::string_view text, std::string_view remedy) {
  throw UsageError(fmt::format("not {} (\"{}\"): {}", kind, shown(text), remedy));
}

/// Takes an unsigned decimal number off the front of `text`; false where there is none or it overflows float64.
/// Words such as "nan" and "inf" are no numbers here.
bool take_number(std::string_view& text, double& value) {
  if (text.empty() || !(is_digit(text[0]) || text[0] == '.')) return false;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

/// Restricted edit distance (insert, delete, replace, swap neighbours), letter case ignored.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

bool contains(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

}  // namespace

std::int64_t parse_integer(std::string_view text) {
  constexpr std::string_view remedy = "give a whole number such as 42 or 1e6, below 2^63";
  std::string_view rest = trimmed(text);
  const bool negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);

  // Digits are kept exactly; the decimal point and the exponent only move them.
  std::string digits;
  long exponent = 0;
  bool point = false;
  std::size_t at = 0;
  for (; at < rest.size() && (is_digit(rest[at]) || (rest[at] == '.' && !point)); ++at) {
    if (rest[at] == '.') {
      point = true;
    } else {
      digits += rest[at];
      if (point) --exponent;
    }
  }
  if (digits.empty()) refuse("a whole number", text, remedy);
  if (at < rest.size()) {
    if (rest[at] != 'e' && rest[at] != 'E') refuse("a whole number", text, remedy);
    std::string_view tail = rest.substr(at + 1);
    if (tail.size() > 1 && tail[0] == '+' && is_digit(tail[1])) tail.remove_prefix(1);
    long given = 0;
    auto [end, error] = std::from_chars(tail.data(), tail.data() + tail.size(), given);
    if (error != std::errc() || end != tail.data() + tail.size() || given > 10000 || given < -10000) {
      refuse("a whole number", text, remedy);
    }
    exponent += given;
  }
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return 0;
  if (exponent < 0 || digits.size() + static_cast<std::size_t>(exponent) > 19) refuse("a whole number", text, remedy);
  Wide value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  for (; exponent > 0; --exponent) value *= 10;
  if (negative) value = -value;
  if (value > largest || value < -Wide(largest) - 1) refuse("a whole number", text, remedy);
  return static_cast<std::int64_t>(value);
}

std::int64_t parse_bytes(std::string_view text) {
  constexpr std::string_view kind = "a size";
  constexpr std::string_view remedy = "give a number and B, KiB, MiB, GiB or TiB, such as 4GiB";
  std::string_view rest = trimmed(text);
  const std::string_view number = rest;
  double value = 0;
  if (!take_number(rest, value)) refuse(kind, text, remedy);
  const std::string_view mantissa = number.substr(0, number.size() - rest.size());
  rest = trimmed(rest);
  const auto* unit = std::find_if(std::begin(byte_units), std::end(byte_units),
                                  [&](const Unit& candidate) { return candidate.name == rest; });
  if (unit == std::end(byte_units)) refuse(kind, text, remedy);
  if (value * unit->factor >= 0x1p63) refuse(kind, text, "give less than 2^63 bytes");
  if (value == std::floor(value) && value >= 0x1p53) {
    const Wide exact = Wide(parse_integer(mantissa)) * static_cast<std::int64_t>(unit->factor);
    if (exact > largest) refuse(kind, text, "give less than 2^63 bytes");
    return static_cast<std::int64_t>(exact);
  }
  return static_cast<std::int64_t>(value * unit->factor);
}

double parse_seconds(std::string_view text) {
  constexpr std::string_view kind = "a duration";
  constexpr std::string_view remedy = "give for instance 0.05s, 90s, 1h30m or 2d";
  std::string_view rest = trimmed(text);
  double total = 0;
  if (take_number(rest, total) && rest.empty()) return total;

  rest = trimmed(text);
  total = 0;
  if (rest.empty()) refuse(kind, text, remedy);
  const Unit* allowed = std::begin(time_units);
  while (!rest.empty()) {
    double value = 0;
    if (!take_number(rest, value)) refuse(kind, text, remedy);
    std::size_t letters = 0;
    while (letters < rest.size() && is_letter(rest[letters])) ++letters;
    const auto* unit = std::find_if(allowed, std::end(time_units),
                                    [&](const Unit& candidate) { return candidate.name == rest.substr(0, letters); });
    if (unit == std::end(time_units)) refuse(kind, text, remedy);
    total += value * unit->factor;
    allowed = unit + 1;
    rest.remove_prefix(letters);
  }
  if (std::isinf(total)) refuse(kind, text, remedy);
  return total;
}

double parse_real(std::string_view text) {
  std::string_view rest = trimmed(text);
  if (rest.size() > 1 && rest[0] == '+' && rest[1] != '-') rest.remove_prefix(1);
  double value = 0;
  auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error == std::errc::result_out_of_range) {
    refuse("a number", text, "its magnitude is outside float64, give one from 4.94e-324 to 1.79e308, 0 or inf");
  }
  if (error != std::errc() || end != rest.data() + rest.size())
    refuse("a number", text, "give for instance -1.5 or 2e-3");
  if (std::isnan(value)) refuse("a number", text, "NaN has no meaning here, give for instance -1.5 or 2e-3");
  return value;
}

std::vector<std::string> near_names(std::string_view word, const std::vector<std::string>& candidates,
                                    std::size_t limit) {
  // A third of the letters may be wrong; a part of the name ("temp" for "temperature") ranks behind those.
  const std::size_t tolerance = std::max<std::size_t>(1, word.size() / 3);
  std::vector<std::pair<std::size_t, std::size_t>> found;  // distance, position
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const std::string& candidate = candidates[i];
    if (word.empty() || candidate.empty() || word.size() > 1000 || candidate.size() > 1000) continue;
    const std::size_t gap = std::max(word.size(), candidate.size()) - std::min(word.size(), candidate.size());
    const std::size_t distance = gap <= tolerance ? edit_distance(word, candidate) : tolerance + 1;
    if (distance <= tolerance && distance < std::max(word.size(), candidate.size())) {
      found.emplace_back(distance, i);
    } else if ((word.size() > 2 && contains(candidate, word)) || (candidate.size() > 2 && contains(word, candidate))) {
      found.emplace_back(1000 + gap, i);
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (const auto& [distance, i] : found) {
    if (names.size() == limit) break;
    names.push_back(candidates[i]);
  }
  return names;
}

std::string format_bytes(double bytes) {
  constexpr std::string_view units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  // 1023.95 would round to "1024", which reads better as 1 of the next unit.
  while (std::abs(bytes) >= 1023.5 && unit + 1 < std::size(units)) {
    bytes /= 1024;
    ++unit;
  }
  std::string number = fmt::format("{:.{}f}", bytes, std::abs(bytes) < 99.95 ? 1 : 0);
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return fmt::format("{} {}", number, units[unit]);
}

std::string counted(std::int64_t n, const std::string& one, const std::string& many) {
  return fmt::format("{} {}", n, n == 1 ? one : many.empty() ? one + "s" : many);
}

}  // namespace scatterfold

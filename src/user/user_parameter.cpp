// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/user_parameter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "user/mistake.hpp"
#include "user/user_names.hpp"

namespace scatterfold {
namespace {

void check_name(const std::string& name) {
  const std::string_view why = why_no_name(name);
  if (why.empty()) return;
  throw UsageError(fmt::format("--set cannot give a number to {} ({}): choose another name",
                               name.empty() ? "no name" : shown_in_terminal(name.substr(0, 100)), why));
}

template <class T, class Format>
bool reads(std::string_view digits, T& value, Format format) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, format);
  return !digits.empty() && error == std::errc() && end == digits.data() + digits.size();
}

/// Of text without a sign. Past 64 bits it is no whole number.
bool reads_whole(std::string_view digits, bool negative, std::int64_t& value) {
  const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
  std::uint64_t size = 0;
  if (!reads(hex ? digits.substr(2) : digits, size, hex ? 16 : 10)) return false;
  const std::uint64_t most = (std::uint64_t{1} << 63) - (negative ? 0 : 1);
  value = static_cast<std::int64_t>(negative ? 0 - size : size);
  return size <= most;
}

bool reads_real(std::string_view digits, bool negative, double& value) {
  const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
  const bool is_number =
      reads(hex ? digits.substr(2) : digits, value, hex ? std::chars_format::hex : std::chars_format::general);
  value = negative ? -value : value;
  return is_number && digits.front() != '-' && std::isfinite(value);
}

}  // namespace

UserParameter parse_user_parameter(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    throw UsageError(
        fmt::format("--set {} has no number: write --set NAME=NUMBER", shown_in_terminal(text.substr(0, 100))));
  }
  const std::string name = text.substr(0, equals);
  check_name(name);
  std::string_view digits = std::string_view(text).substr(equals + 1);
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t whole = 0;
  if (digits.find_first_of("+-") != 0 && reads_whole(digits, negative, whole)) return {name, whole};
  const bool only_digits = digits.find_first_not_of("0123456789") == std::string_view::npos;
  double real = 0;
  if (digits.empty() || only_digits || !reads_real(digits, negative, real)) {
    throw UsageError(fmt::format("--set {} is no number (\"{}\"): give {}", name,
                                 shown_in_terminal(text.substr(equals + 1, 100)),
                                 only_digits && !digits.empty() ? "at most 64 bits, or a point behind it for a double"
                                                                : "one such as 300, 0x1f, 0.5, 1e-3 or 0x1p-3"));
  }
  return {name, real};
}

void add_user_parameter(std::vector<UserParameter>& parameters, UserParameter parameter) {
  check_name(parameter.name);
  if (const auto* const real = std::get_if<double>(&parameter.value); real != nullptr && !std::isfinite(*real))
    throw UsageError(fmt::format("--set {} is {}: give a finite number", parameter.name, *real));
  const auto has_name = [&](const UserParameter& other) { return other.name == parameter.name; };
  if (std::ranges::any_of(parameters, has_name))
    throw UsageError(fmt::format("--set {} is given twice: leave one of them out", parameter.name));
  parameters.push_back(std::move(parameter));
}

std::string value_text(const UserParameter& parameter) {
  return std::visit([](const auto value) { return fmt::format("{}", value); }, parameter.value);
}

std::string constant_text(const UserParameter& parameter) {
  if (const auto* const real = std::get_if<double>(&parameter.value))
    return fmt::format("constexpr double {} = {:a};", parameter.name, *real);
  const std::int64_t whole = std::get<std::int64_t>(parameter.value);
  // The literal of the smallest one would be the negative of a number that is too large.
  return whole < 0 ? fmt::format("constexpr long long {} = {}ll - 1;", parameter.name, whole + 1)
                   : fmt::format("constexpr long long {} = {}ll;", parameter.name, whole);
}

}  // namespace scatterfold

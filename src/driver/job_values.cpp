// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/job_values.hpp"

#include <cmath>

namespace scatterfold {

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a text";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "true or false";
    default: return "a date or time";
  }
}

void JobValues::expect(const toml::node& node, std::string_view wanted) {
  complain(node, fmt::format("{} where {} is wanted", kind_of(node), wanted));
}

JobValues::Set JobValues::text(std::string& out) {
  return [this, &out](const toml::node& node) {
    const auto value = node.value_exact<std::string>();
    if (!value) return expect(node, "a text in quotes");
    if (value->empty()) return complain(node, "an empty text: leave the key out or give a value");
    if (value->find('\0') != std::string::npos) return complain(node, "a text with a zero byte: leave it out");
    out = *value;
  };
}

JobValues::Set JobValues::truth(bool& out) {
  return [this, &out](const toml::node& node) {
    const auto value = node.value_exact<bool>();
    if (!value) return expect(node, "true or false");
    out = *value;
  };
}

std::optional<std::int64_t> JobValues::whole_number(const toml::node& node) {
  if (const auto value = node.value_exact<std::int64_t>()) return value;
  const auto real = node.value_exact<double>();
  if (real && std::isnan(*real)) {
    complain(node, "NaN where a whole number is wanted");
  } else if (real && (*real != std::floor(*real) || std::abs(*real) >= 0x1p53)) {
    complain(node, fmt::format("{} where a whole number is wanted", *real));
  } else if (real) {
    return static_cast<std::int64_t>(*real);
  } else {
    expect(node, "a whole number");
  }
  return std::nullopt;
}

std::optional<double> JobValues::real_number(const toml::node& node) {
  std::optional<double> value = node.value_exact<double>();
  if (const auto whole = node.value_exact<std::int64_t>()) value = static_cast<double>(*whole);
  if (value && !std::isnan(*value)) return value;
  if (value) {
    complain(node, "NaN where a number is wanted");
  } else {
    expect(node, "a number");
  }
  return std::nullopt;
}

}  // namespace scatterfold

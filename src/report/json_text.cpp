// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "report/json_text.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace scatterfold {
namespace {

using Json = nlohmann::ordered_json;

std::string plain(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

void append(std::string& text, const Json& value, int depth) {
  if (value.empty() || !value.is_structured()) {
    text += plain(value);
    return;
  }
  const bool nested = std::any_of(value.begin(), value.end(), [](const Json& v) { return v.is_structured(); });
  const bool one_line = !nested && (value.is_array() || value.size() <= 3);
  const std::string indent = one_line ? "" : '\n' + std::string(static_cast<std::size_t>(depth) * 2, ' ');
  const std::string step = one_line ? "" : "  ";
  const char* separator = "";
  text += value.is_array() ? '[' : '{';
  for (const auto& item : value.items()) {
    text += separator + indent + step;
    separator = one_line ? ", " : ",";
    if (value.is_object()) text += plain(item.key()) + ": ";
    append(text, item.value(), depth + 1);
  }
  text += indent + (value.is_array() ? ']' : '}');
}

}  // namespace

Json json_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

Json json_number(Int128 value) {
  constexpr Int128 exact = Int128{1} << 53;
  if (value < -exact || value > exact) return to_string(value);
  return static_cast<std::int64_t>(value);
}

Json json_number(std::int64_t value) { return json_number(static_cast<Int128>(value)); }

std::string json_text(const Json& document) {
  std::string text;
  append(text, document, 0);
  return text;
}

}  // namespace scatterfold

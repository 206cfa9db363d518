// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/value_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "io/attributes.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_missing_values = 1024;
constexpr std::size_t any_length = 0;

/// The attributes of one dataset, seen with its type.
class RuleReader {
 public:
  RuleReader(hid_t dataset, const DatasetInfo& info, bool unsigned_view)
      : dataset_(dataset), info_(info), unsigned_view_(unsigned_view) {}

  /// The numbers of an attribute of `length` values; none where it is absent, empty or no number.
  std::vector<Number> numbers(const char* name, std::size_t length) const {
    auto found = number_attribute(dataset_, name, most_missing_values);
    if (!found || found->count == 0) return {};
    if (found->count > most_missing_values || (length != any_length && found->count != length)) {
      throw InputError(fmt::format(
          "attribute {} has {} values instead of {} ({}): correct it or run with --missing off", name, found->count,
          length == any_length ? fmt::format("at most {}", most_missing_values) : std::to_string(length), where()));
    }
    if (found->values.size() != found->count) {
      throw InputError(
          fmt::format("attribute {} cannot be read ({}): correct it or run with --missing off", name, where()));
    }
    if (unsigned_view_) {
      for (Number& number : found->values) number = as_unsigned(number, static_cast<std::size_t>(size_of(info_.type)));
    }
    return std::move(found->values);
  }

  /// scale_factor or add_offset.
  bool packing(const char* name, double& value) const {
    const auto found = numbers(name, 1);
    if (found.empty()) return false;
    value = found[0].as_double();
    if (!std::isfinite(value)) {
      throw InputError(
          fmt::format("attribute {} is {} ({}): correct it or run with --missing off", name, value, where()));
    }
    return true;
  }

 private:
  std::string where() const { return printable(info_.path) + " in " + printable(info_.file, 1000); }

  hid_t dataset_;
  const DatasetInfo& info_;
  bool unsigned_view_;
};

void add_missing(const Number& number, ElementType type, ValueRules& rules) {
  if (number.is_nan()) rules.nan_is_missing = rules.nan_is_missing || is_float(type);
  const auto bits = value_bits(number, type);
  if (!bits || std::find(rules.missing.begin(), rules.missing.end(), *bits) != rules.missing.end()) return;
  rules.missing.push_back(*bits);
}

void set_range(std::optional<Number> low, std::optional<Number> high, ElementType type, ValueRules& rules) {
  if (low && low->is_nan()) low.reset();  // no bound at all
  if (high && high->is_nan()) high.reset();
  if (low) rules.valid_min = lower_bound_bits(*low, type);
  if (high) rules.valid_max = upper_bound_bits(*high, type);
  if ((low && !rules.valid_min) || (high && !rules.valid_max)) {  // no element is valid
    rules.valid_min = greatest_bits(type);
    rules.valid_max = least_bits(type);
  }
}

/// Whether the numbers are to be seen with the other signedness, their bits kept.
bool has_other_sign(hid_t dataset, const DatasetInfo& info) {
  if (is_float(info.type) || info.converted || info.boolean) return false;
  const auto text = text_attribute(dataset, "_Unsigned");
  if (!text) return false;
  std::string lower = *text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return is_unsigned(info.type) ? lower == "false" : lower == "true";
}

}  // namespace

void describe_rules(hid_t dataset, DatasetInfo& info) {
  const bool other_sign = has_other_sign(dataset, info);
  if (other_sign) info.type = static_cast<ElementType>(static_cast<int>(info.type) ^ 1);
  const RuleReader reader(dataset, info, other_sign && is_unsigned(info.type));

  ValueRules rules;
  for (const Number& number : reader.numbers("_FillValue", 1)) add_missing(number, info.type, rules);
  for (const Number& number : reader.numbers("missing_value", any_length)) add_missing(number, info.type, rules);

  std::optional<Number> low, high;
  if (const auto range = reader.numbers("valid_range", 2); !range.empty()) {
    low = range[0];
    high = range[1];
  } else {
    if (const auto least = reader.numbers("valid_min", 1); !least.empty()) low = least[0];
    if (const auto greatest = reader.numbers("valid_max", 1); !greatest.empty()) high = greatest[0];
  }
  set_range(low, high, info.type, rules);

  const bool scaled = reader.packing("scale_factor", rules.scale);
  const bool shifted = reader.packing("add_offset", rules.offset);
  rules.packed = scaled || shifted;
  info.rules = rules;
}

}  // namespace scatterfold

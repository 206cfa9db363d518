// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/decoding_of.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/error.hpp"
#include "io/dataset.hpp"

namespace scatterfold {
namespace {

std::uint64_t width_mask(ElementType type) {
  const std::int64_t bits = 8 * size_of(type);
  return bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

/// An integer that the rules call missing anyway, so that no valid element is taken for it. False where all are valid.
bool integer_mark(const ValueRules& rules, ElementType type, std::uint64_t& mark) {
  const std::uint64_t mask = width_mask(type), sign = mask ^ (mask >> 1);
  const std::uint64_t lowest = is_unsigned(type) ? 0 : sign, highest = is_unsigned(type) ? mask : mask >> 1;
  if (!rules.missing.empty()) {
    mark = rules.missing.front();
  } else if (rules.valid_min && *rules.valid_min != lowest) {
    mark = (*rules.valid_min - 1) & mask;
  } else if (rules.valid_max && *rules.valid_max != highest) {
    mark = (*rules.valid_max + 1) & mask;
  } else {
    return false;
  }
  return true;
}

bool is_float_zero(std::uint64_t bits, ElementType type) {
  return is_float(type) && (bits & (width_mask(type) >> 1)) == 0;
}

}  // namespace

std::uint64_t missing_nan(ElementType type) { return type == ElementType::float32 ? 0x7fc05ca7u : 0x7ff8000000005ca7u; }

Decoding decoding_of(const DatasetInfo& info, bool raw) {
  const ValueRules& rules = info.rules;
  Decoding d;
  d.stored = info.type;
  d.packed = rules.packed;
  d.scale = rules.scale;
  d.offset = rules.offset;
  d.value = rules.packed ? ElementType::float64 : info.type == ElementType::float16 ? ElementType::float32 : info.type;
  d.swapped = raw && info.swapped;
  d.nan_is_missing = rules.nan_is_missing;
  if (rules.missing.size() > Decoding::max_missing) {
    throw InputError(fmt::format("too many missing values: {} ({}:{}): at most {} are supported, or use --missing off",
                                 rules.missing.size(), info.file, info.path, Decoding::max_missing));
  }
  for (const std::uint64_t bits : rules.missing) d.missing[d.missing_count++] = bits;
  d.has_valid_min = rules.valid_min.has_value();
  d.has_valid_max = rules.valid_max.has_value();
  d.valid_min = rules.valid_min.value_or(0);
  d.valid_max = rules.valid_max.value_or(0);

  const bool ranged = d.has_valid_min || d.has_valid_max;
  // One missing value that compares like its bits needs no decoding: folds compare with the mark. Zero does not, -0.0
  // equals it.
  const bool by_mark = d.missing_count == 1 && !ranged && !is_float_zero(d.missing[0], info.type);
  d.needed = d.swapped || d.packed || d.stored == ElementType::float16 || ranged || (d.missing_count > 0 && !by_mark);
  if (d.missing_count > 0 || ranged) {
    if (is_float(d.value)) {
      d.mark.given = true;
      d.mark.bits = d.needed ? missing_nan(d.value) : d.missing[0];
    } else {
      d.mark.given = integer_mark(rules, d.value, d.mark.bits);
    }
  }
  return d;
}

}  // namespace scatterfold

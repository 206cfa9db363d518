// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/value_marks.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "source/decoding_of.hpp"

namespace scatterfold {
namespace {

/// What a missing element becomes; of whole numbers the last one that anybody would count to.
std::uint64_t missing_bits(ElementType type) {
  if (is_float(type)) return missing_nan(type);
  return type == ElementType::uint64 ? ~std::uint64_t{0} : std::uint64_t{1} << 63;
}

}  // namespace

Decoding decoding_of_values(ElementType type, bool marks) {
  Decoding decoding;
  decoding.stored = decoding.value = type;
  decoding.mark = {missing_bits(type), marks};
  return decoding;
}

user::MissingRule missing_rule(const Decoding& elements) {
  return {elements.mark.bits, elements.mark.given, elements.nan_is_missing};
}

void refuse_marked_value(ElementType type, std::int64_t unit) {
  throw NumericError(
      fmt::format("a value of --kernel or --expr is {} (unit {}), which stands for missing elements here: make it a "
                  "float, as in 1.0 * (...)",
                  type == ElementType::uint64 ? "2^64 - 1" : "-2^63", unit));
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/box_values.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "base/store_values.hpp"
#include "io/printable.hpp"

namespace scatterfold {

BoxValues::BoxValues(const ArrayLayout& layout, std::size_t variable, const Hyperslab& box, const ArrayValues& values,
                     std::span<const std::uint8_t> missing)
    : layout_(layout), number_(variable), box_(box), values_(values), missing_(missing) {
  const std::vector<std::int64_t> shape = layout.shape_of(variable);
  const auto count = std::visit([](const auto& numbers) { return numbers.size(); }, values);
  bool good = box.start.size() == shape.size() && box.count.size() == shape.size();
  for (std::size_t d = 0; good && d < shape.size(); ++d) {
    good = box.start[d] >= 0 && box.count[d] >= 0 && box.start[d] + box.count[d] <= shape[d];
  }
  good = good && count == static_cast<std::size_t>(box.elements());
  if (!good || !(missing.empty() || missing.size() == count)) {
    throw Error(ExitCode::internal, "a box does not fit its array: " + array().name);
  }
  const double nan = std::nan("");
  store_values(array().has_fill ? &array().fill : &nan, 1, array().type, fill_);
}

void BoxValues::store(std::int64_t begin, std::int64_t count, unsigned char* out) const {
  check_no_overflow(begin, count);
  std::visit([&](const auto& values) { store_values(values.data() + begin, count, array().type, out); }, values_);
  if (array().has_fill && !is_float(array().type)) check_none_is_fill(begin, count, out);
  const auto size = static_cast<std::size_t>(size_of(array().type));
  if (missing_.empty() && is_float(array().type)) return;
  for (std::int64_t i = 0; i < count; ++i) {
    if (is_nothing(begin + i)) std::memcpy(out + static_cast<std::size_t>(i) * size, fill_, size);
  }
}

void BoxValues::check_no_overflow(std::int64_t begin, std::int64_t count) const {
  const std::uint8_t* const missing = missing_.empty() ? nullptr : missing_.data() + begin;
  const std::int64_t bad = std::visit(
      [&](const auto& values) { return first_overflow(values.data() + begin, count, array().type, missing); }, values_);
  if (bad < 0) return;
  throw NumericError(
      fmt::format("{}, which the output's {} cannot hold: use a wider --dtype such as float64, or leave {} out with "
                  "--only",
                  value_text(begin + bad), name_of(array().type), printable(array().name)));
}

bool BoxValues::is_nothing(std::int64_t element) const {
  const auto at = static_cast<std::size_t>(element);
  if (!missing_.empty() && missing_[at] != 0) return true;
  const auto* const reals = std::get_if<std::span<const double>>(&values_);
  return reals != nullptr && !is_float(array().type) && std::isnan((*reals)[at]);
}

void BoxValues::check_none_is_fill(std::int64_t begin, std::int64_t count, const unsigned char* out) const {
  const auto size = static_cast<std::size_t>(size_of(array().type));
  for (std::int64_t i = 0; i < count; ++i) {
    if (is_nothing(begin + i) || std::memcmp(out + static_cast<std::size_t>(i) * size, fill_, size) != 0) continue;
    throw NumericError(
        fmt::format("{}, stored as {} its fill value, which readers take for none: use a wider --dtype such as float64",
                    value_text(begin + i), name_of(array().type)));
  }
}

std::string BoxValues::value_text(std::int64_t element) const {
  return std::visit(
      [&](const auto& values) {
        return fmt::format("{} is {}{}", printable(array().name), values[static_cast<std::size_t>(element)],
                           place_in(layout_, number_, indices_of(box_, element)));
      },
      values_);
}

std::string place_in(const ArrayLayout& layout, std::size_t variable, const std::vector<std::int64_t>& indices) {
  std::string text;
  for (std::size_t d = 0; d < indices.size(); ++d) {
    const std::string& name = layout.dimensions[layout.variables[variable].dimensions[d]].name;
    text += fmt::format("{}{} {}", d == 0 ? " at " : ", ", printable(name), indices[d]);
  }
  return text;
}

}  // namespace scatterfold

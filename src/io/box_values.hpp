// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/array_file.hpp"

namespace scatterfold {

/// The values of a box of one variable, and what they are stored as.
class BoxValues {
 public:
  /// Errors: an internal one where the box is not one of the variable or the values are not as many.
  BoxValues(const ArrayLayout& layout, std::size_t variable, const Hyperslab& box, const ArrayValues& values,
            std::span<const std::uint8_t> missing);

  /// Elements [begin, begin + count) of the box, as stored.
  /// Errors: NumericError for a value that overflows to infinity, or that readers would take for none.
  void store(std::int64_t begin, std::int64_t count, unsigned char* out) const;

 private:
  void check_no_overflow(std::int64_t begin, std::int64_t count) const;
  void check_none_is_fill(std::int64_t begin, std::int64_t count, const unsigned char* out) const;
  /// Stored as the fill value: missing, or NaN in integers.
  bool is_nothing(std::int64_t element) const;
  std::string value_text(std::int64_t element) const;
  const ArrayVariable& array() const { return layout_.variables[number_]; }

  const ArrayLayout& layout_;
  std::size_t number_;
  const Hyperslab& box_;
  const ArrayValues& values_;
  std::span<const std::uint8_t> missing_;
  alignas(8) unsigned char fill_[8] = {};
};

/// An element of a variable, for people: " at lat 3, lon 5", with its indices. Nothing for a scalar.
std::string place_in(const ArrayLayout& layout, std::size_t variable, const std::vector<std::int64_t>& indices);

}  // namespace scatterfold

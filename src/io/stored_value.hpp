// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/element_type.hpp"

namespace scatterfold {

/// A number of an attribute, exactly: an integer of up to 64 bits with or without sign, or a float64.
struct Number {
  __extension__ using Wide = __int128;

  static Number real(double value) { return {true, value, 0, 0}; }
  /// `signed_bytes`: the stored size where the stored type has a sign, else 0.
  static Number integer(Wide value, std::size_t signed_bytes) { return {false, 0, value, signed_bytes}; }

  double as_double() const { return floating ? real_value : static_cast<double>(integer_value); }
  bool is_nan() const { return floating && real_value != real_value; }

  bool floating;
  double real_value;
  Wide integer_value;
  std::size_t signed_bytes;
};

/// The bits of `number` as an element of `type`, zero-extended. An integer type must hold the value exactly; a
/// floating-point one takes the nearest value. Nothing where no element can have that value (also for NaN).
std::optional<std::uint64_t> value_bits(const Number& number, ElementType type);

/// The bits of the least element >= `number` and of the greatest <= it (integers: ceil and floor; floats: the nearest,
/// so that a bound of 0.1 written in float64 admits float32's 0.1). Nothing where there is no such element.
std::optional<std::uint64_t> lower_bound_bits(const Number& number, ElementType type);
std::optional<std::uint64_t> upper_bound_bits(const Number& number, ElementType type);

/// Bits of the extreme elements of `type`: integers' least and greatest, floats' infinities.
std::uint64_t least_bits(ElementType type);
std::uint64_t greatest_bits(ElementType type);

/// What bits of an element of `type` are worth.
double bits_to_double(std::uint64_t bits, ElementType type);

/// `_Unsigned`'s view of a number that was written with the stored type's sign: -1 of an int8 is 255.
Number as_unsigned(const Number& number, std::size_t stored_bytes);

}  // namespace scatterfold

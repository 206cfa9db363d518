// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/stored_value.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "base/half.hpp"

namespace scatterfold {
namespace {

using Wide = Number::Wide;

constexpr double infinity = std::numeric_limits<double>::infinity();

Wide least_integer(ElementType type) { return is_unsigned(type) ? 0 : -(Wide{1} << (8 * size_of(type) - 1)); }

Wide greatest_integer(ElementType type) { return (Wide{1} << (8 * size_of(type) - (is_unsigned(type) ? 0 : 1))) - 1; }

std::uint64_t mask(ElementType type) { return ~std::uint64_t{0} >> (64 - 8 * size_of(type)); }

std::uint64_t integer_bits(Wide value, ElementType type) { return static_cast<std::uint64_t>(value) & mask(type); }

std::uint64_t float_bits(double value, ElementType type) {
  if (type == ElementType::float16) return to_half_bits(value);
  if (type == ElementType::float32) return std::bit_cast<std::uint32_t>(static_cast<float>(value));
  return std::bit_cast<std::uint64_t>(value);
}

double greatest_finite(ElementType type) {
  if (type == ElementType::float16) return 65504;
  return type == ElementType::float32 ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
}

/// A real number of any size, cut off just outside 64 bits.
Wide to_wide(double value) {
  const double most = std::ldexp(1, 66);
  return static_cast<Wide>(value > most ? most : value < -most ? -most : value);
}

}  // namespace

std::optional<std::uint64_t> value_bits(const Number& number, ElementType type) {
  if (number.is_nan()) return std::nullopt;
  if (is_float(type)) {
    const double value = number.as_double();
    const std::uint64_t bits = float_bits(value, type);
    if (std::isfinite(value) && !std::isfinite(bits_to_double(bits, type))) return std::nullopt;
    return bits;
  }
  if (number.floating && number.real_value != std::trunc(number.real_value)) return std::nullopt;
  const Wide value = number.floating ? to_wide(number.real_value) : number.integer_value;
  if (value < least_integer(type) || value > greatest_integer(type)) return std::nullopt;
  return integer_bits(value, type);
}

std::optional<std::uint64_t> lower_bound_bits(const Number& number, ElementType type) {
  if (is_float(type)) {
    const double value = number.as_double(), most = greatest_finite(type);
    if (std::isfinite(value) && value < -most) return float_bits(-most, type);
    return float_bits(value, type);  // past the greatest: infinity
  }
  Wide value = number.floating ? to_wide(std::ceil(number.real_value)) : number.integer_value;
  if (value > greatest_integer(type)) return std::nullopt;
  if (value < least_integer(type)) value = least_integer(type);
  return integer_bits(value, type);
}

std::optional<std::uint64_t> upper_bound_bits(const Number& number, ElementType type) {
  if (is_float(type)) {
    const double value = number.as_double(), most = greatest_finite(type);
    if (std::isfinite(value) && value > most) return float_bits(most, type);
    return float_bits(value, type);
  }
  Wide value = number.floating ? to_wide(std::floor(number.real_value)) : number.integer_value;
  if (value < least_integer(type)) return std::nullopt;
  if (value > greatest_integer(type)) value = greatest_integer(type);
  return integer_bits(value, type);
}

std::uint64_t least_bits(ElementType type) {
  return is_float(type) ? float_bits(-infinity, type) : integer_bits(least_integer(type), type);
}

std::uint64_t greatest_bits(ElementType type) {
  return is_float(type) ? float_bits(infinity, type) : integer_bits(greatest_integer(type), type);
}

double bits_to_double(std::uint64_t bits, ElementType type) {
  if (type == ElementType::float64) return std::bit_cast<double>(bits);
  if (type == ElementType::float32) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  if (type == ElementType::float16) return half_to_float(static_cast<unsigned short>(bits));
  if (is_unsigned(type)) return static_cast<double>(bits);
  const int unused = static_cast<int>(64 - 8 * size_of(type));
  return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
}

Number as_unsigned(const Number& number, std::size_t stored_bytes) {
  if (number.floating || number.integer_value >= 0 || number.signed_bytes != stored_bytes) return number;
  return Number::integer(number.integer_value + (Wide{1} << (8 * stored_bytes)), 0);
}

}  // namespace scatterfold

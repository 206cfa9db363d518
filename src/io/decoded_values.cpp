// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/decoded_values.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#include "base/half.hpp"

namespace scatterfold {
namespace {

template <class T>
T from_stored_bits(std::uint64_t bits) {
  if constexpr (sizeof(T) == 8) return __builtin_bit_cast(T, bits);
  if constexpr (sizeof(T) == 4) return __builtin_bit_cast(T, static_cast<std::uint32_t>(bits));
  if constexpr (sizeof(T) == 2) return __builtin_bit_cast(T, static_cast<std::uint16_t>(bits));
  if constexpr (sizeof(T) == 1) return __builtin_bit_cast(T, static_cast<std::uint8_t>(bits));
}

/// Rules are about stored values: numbers are compared as T, not as float64.
template <class T>
bool is_missing(T x, const ValueRules& rules, T (*number)(std::uint64_t)) {
  for (const std::uint64_t bits : rules.missing) {
    if (x == number(bits)) return true;
  }
  if (rules.valid_min && x < number(*rules.valid_min)) return true;
  if (rules.valid_max && x > number(*rules.valid_max)) return true;
  return rules.nan_is_missing && x != x;
}

template <class T>
void decode(const std::vector<T>& stored, const ValueRules& rules, T (*number)(std::uint64_t), DecodedValues& out) {
  bool whole = std::is_integral_v<T> && !rules.packed;
  out.values.reserve(stored.size());
  out.missing.reserve(stored.size());
  for (const T x : stored) {
    const bool missing = is_missing(x, rules, number);
    double value = static_cast<double>(x);
    if (rules.packed) value = value * rules.scale + rules.offset;
    out.values.push_back(missing ? std::numeric_limits<double>::quiet_NaN() : value);
    out.missing.push_back(missing);
    if constexpr (std::is_same_v<T, std::uint64_t>)
      whole = whole && x <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    if (whole) out.integers.push_back(static_cast<std::int64_t>(x));
  }
  if (!whole) out.integers.clear();
}

template <class T>
DecodedValues read_as(const Dataset& dataset, const Hyperslab& slab) {
  std::vector<T> stored(static_cast<std::size_t>(slab.elements()));
  dataset.read(slab, stored.data());
  DecodedValues result;
  decode<T>(stored, dataset.info().rules, from_stored_bits<T>, result);
  return result;
}

DecodedValues read_half(const Dataset& dataset, const Hyperslab& slab) {
  std::vector<std::uint16_t> bits(static_cast<std::size_t>(slab.elements()));
  dataset.read(slab, bits.data());
  std::vector<float> stored;
  stored.reserve(bits.size());
  for (const std::uint16_t half : bits) stored.push_back(half_to_float(half));
  DecodedValues result;
  decode<float>(
      stored, dataset.info().rules, [](std::uint64_t raw) { return half_to_float(static_cast<std::uint16_t>(raw)); },
      result);
  return result;
}

}  // namespace

DecodedValues read_decoded(const Dataset& dataset) { return read_decoded(dataset, whole_slab(dataset.info().shape)); }

DecodedValues read_decoded(const Dataset& dataset, const Hyperslab& slab) {
  switch (dataset.info().type) {
    case ElementType::int8: return read_as<std::int8_t>(dataset, slab);
    case ElementType::uint8: return read_as<std::uint8_t>(dataset, slab);
    case ElementType::int16: return read_as<std::int16_t>(dataset, slab);
    case ElementType::uint16: return read_as<std::uint16_t>(dataset, slab);
    case ElementType::int32: return read_as<std::int32_t>(dataset, slab);
    case ElementType::uint32: return read_as<std::uint32_t>(dataset, slab);
    case ElementType::int64: return read_as<std::int64_t>(dataset, slab);
    case ElementType::uint64: return read_as<std::uint64_t>(dataset, slab);
    case ElementType::float16: return read_half(dataset, slab);
    case ElementType::float32: return read_as<float>(dataset, slab);
    case ElementType::float64: return read_as<double>(dataset, slab);
  }
  return {};
}

}  // namespace scatterfold

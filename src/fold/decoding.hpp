// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/element_type.hpp"
#include "base/half.hpp"
#include "base/host_device.hpp"
#include "base/lanes.hpp"
#include "fold/geometry.hpp"

namespace scatterfold {

/// How stored elements become the values that folds see: byte order, netCDF-4 missing values, unpacking.
/// Trivially copyable, so that the GPU gets it as it is.
struct Decoding {
  static constexpr int max_missing = 8;

  ElementType stored = ElementType::float64;
  ElementType value = ElementType::float64;  ///< float16 -> float32, packed -> float64, else as stored
  bool swapped = false;
  bool needed = false;  ///< false: the stored bytes are the values
  bool packed = false;
  double scale = 1, offset = 0;
  int missing_count = 0;
  std::uint64_t missing[max_missing] = {};  ///< bits of the stored type
  bool has_valid_min = false, has_valid_max = false;
  std::uint64_t valid_min = 0, valid_max = 0;
  MissingMark mark;             ///< what a missing element becomes, as bits of the value type
  bool nan_is_missing = false;  ///< counted as NaN while folding, told apart at the end
};

template <class T>
SCATTERFOLD_HD T from_bits(std::uint64_t bits) {
  return __builtin_bit_cast(T, static_cast<UnsignedOf<T>>(bits));
}

SCATTERFOLD_HD std::uint8_t swap_bytes(std::uint8_t x) { return x; }
SCATTERFOLD_HD std::uint16_t swap_bytes(std::uint16_t x) { return static_cast<std::uint16_t>(x << 8 | x >> 8); }
SCATTERFOLD_HD std::uint32_t swap_bytes(std::uint32_t x) {
  return x << 24 | (x & 0xff00u) << 8 | (x >> 8 & 0xff00u) | x >> 24;
}
SCATTERFOLD_HD std::uint64_t swap_bytes(std::uint64_t x) {
  return static_cast<std::uint64_t>(swap_bytes(static_cast<std::uint32_t>(x))) << 32 |
         swap_bytes(static_cast<std::uint32_t>(x >> 32));
}

/// One stored element as a value. S: stored type (Half for float16), V: value type.
template <class S, class V>
SCATTERFOLD_HD V decode(const Decoding& d, S stored) {
  using Bits = UnsignedOf<S>;
  Bits bits = __builtin_bit_cast(Bits, stored);
  if (d.swapped) bits = swap_bytes(bits);
  auto number = [&] {
    if constexpr (std::is_same_v<S, Half>) {
      return half_to_float(bits);
    } else {
      return __builtin_bit_cast(S, bits);
    }
  };
  auto number_of = [](std::uint64_t raw) {
    if constexpr (std::is_same_v<S, Half>) {
      return half_to_float(static_cast<std::uint16_t>(raw));
    } else {
      return from_bits<S>(raw);
    }
  };
  const auto x = number();
  bool missing = false;
  for (int i = 0; i < d.missing_count; ++i) missing = missing || x == number_of(d.missing[i]);
  if (d.has_valid_min) missing = missing || x < number_of(d.valid_min);
  if (d.has_valid_max) missing = missing || x > number_of(d.valid_max);
  if (missing) return from_bits<V>(d.mark.bits);
  V value;
  if constexpr (std::is_same_v<V, double>) {
    value = static_cast<double>(x);
    if (d.packed) value = value * d.scale + d.offset;
  } else {
    value = static_cast<V>(x);
  }
  // One NaN: its payload must not be taken for the mark of a missing element.
  if constexpr (std::is_floating_point_v<V>) {
    if (value != value) value = from_bits<V>(sizeof(V) == 4 ? 0x7fc00000u : 0x7ff8000000000000u);
  }
  return value;
}

}  // namespace scatterfold

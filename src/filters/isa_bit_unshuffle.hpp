// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "filters/isa_register.hpp"

/// Undoing of bit shuffles, compiled once per instruction set.
namespace scatterfold::filters::SCATTERFOLD_ISA {

/// Bit j of byte k of each 64-bit number goes to bit k of byte j. V is such a number or a pack of them.
/// Source: Warren, Hacker's Delight, 2nd ed., section 7-3.
template <class V>
SCATTERFOLD_HD V transpose_bits(V x) {
  V t = (x ^ (x >> 7)) & 0x00aa00aa00aa00aaull;
  x ^= t ^ (t << 7);
  t = (x ^ (x >> 14)) & 0x0000cccc0000ccccull;
  x ^= t ^ (t << 14);
  t = (x ^ (x >> 28)) & 0x00000000f0f0f0f0ull;
  return x ^ t ^ (t << 28);
}

/// 8 rows of bits, `row_bytes` apart, to bytes: register_bytes columns of bytes, which become 8 times as many bytes.
SCATTERFOLD_HD void bit_unshuffle_block(const std::byte* from, std::int64_t row_bytes, std::byte* to) {
  Bytes v[8];
  for (int k = 0; k < 8; ++k) v[k] = load<Bytes>(from + k * row_bytes);
  interleave_planes(v);
  for (Bytes& bytes : v) bytes = reinterpret_cast<Bytes>(transpose_bits(reinterpret_cast<Longs>(bytes)));
  const auto store = [&](int piece, Lane lane) __attribute__((always_inline)) {
    std::memcpy(to + piece * 8, &lane, lane_bytes);
  };
  for_each_lane(v, store, std::make_integer_sequence<int, lanes>());
}

SCATTERFOLD_HD void bit_unshuffle_column(const std::byte* from, std::int64_t row_bytes, std::byte* to) {
  std::uint64_t column = 0;
  for (int k = 0; k < 8; ++k) column |= static_cast<std::uint64_t>(from[k * row_bytes]) << (8 * k);
  column = transpose_bits(column);
  std::memcpy(to, &column, sizeof column);
}

/// What ByteKernels::bit_unshuffle does.
inline void bit_unshuffle(const std::byte* from, std::byte* to, std::int64_t elements, std::int64_t element_bytes) {
  const std::int64_t row_bytes = elements / 8;
  for (std::int64_t b = 0; b < element_bytes; ++b) {
    const std::byte* rows = from + b * elements;
    std::byte* plane = to + b * elements;
    std::int64_t i = 0;
    for (; i + register_bytes <= row_bytes; i += register_bytes)
      bit_unshuffle_block(rows + i, row_bytes, plane + 8 * i);
    for (; i < row_bytes; ++i) bit_unshuffle_column(rows + i, row_bytes, plane + 8 * i);
  }
}

}  // namespace scatterfold::filters::SCATTERFOLD_ISA

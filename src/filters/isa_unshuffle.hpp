// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "filters/isa_register.hpp"

/// Undoing of byte shuffles, compiled once per instruction set.
namespace scatterfold::filters::SCATTERFOLD_ISA {

/// Makes register_bytes pieces of elements, `planes` bytes each, out of as many planes of bytes, which are
/// `plane_bytes` apart; the pieces go `element_bytes` apart.
template <int planes, bool whole_elements>
SCATTERFOLD_HD void unshuffle_block(const std::byte* from, std::int64_t plane_bytes, std::byte* to,
                                    std::int64_t element_bytes) {
  Bytes v[planes];
  for (int p = 0; p < planes; ++p) v[p] = load<Bytes>(from + p * plane_bytes);
  interleave_planes(v);
  const auto store = [&](int piece, Lane lane) __attribute__((always_inline)) {
    if constexpr (whole_elements) {
      std::memcpy(to + piece * planes, &lane, lane_bytes);
    } else {
      std::byte bytes[lane_bytes];
      std::memcpy(bytes, &lane, lane_bytes);
      for (int k = 0; k < lane_bytes / planes; ++k) {
        std::memcpy(to + (piece + k) * element_bytes, bytes + k * planes, planes);
      }
    }
  };
  for_each_lane(v, store, std::make_integer_sequence<int, lanes>());
}

/// The pieces of one block that make elements of any size: the longest first.
SCATTERFOLD_HD void unshuffle_block_of_pieces(const std::byte* from, std::int64_t plane_bytes, std::byte* to,
                                              std::int64_t element_bytes) {
  std::int64_t b = 0;
  for (; element_bytes - b >= 16; b += 16) {
    unshuffle_block<16, false>(from + b * plane_bytes, plane_bytes, to + b, element_bytes);
  }
  const auto piece = [&]<int planes>(std::integral_constant<int, planes>) __attribute__((always_inline)) {
    if (element_bytes - b < planes) return;
    unshuffle_block<planes, false>(from + b * plane_bytes, plane_bytes, to + b, element_bytes);
    b += planes;
  };
  piece(std::integral_constant<int, 8>());
  piece(std::integral_constant<int, 4>());
  piece(std::integral_constant<int, 2>());
  piece(std::integral_constant<int, 1>());
}

/// Calls block(first element) for blocks of register_bytes elements that cover all; the last may overlap the one
/// before.
template <class Block>
SCATTERFOLD_HD void for_each_block(std::int64_t elements, const Block& block) {
  std::int64_t i = 0;
  for (; i + register_bytes <= elements; i += register_bytes) block(i);
  if (i < elements) block(elements - register_bytes);
}

template <int planes>
SCATTERFOLD_HD void unshuffle_whole(const std::byte* from, std::byte* to, std::int64_t elements) {
  for_each_block(
      elements, [&](std::int64_t i) __attribute__((always_inline)) {
        unshuffle_block<planes, true>(from + i, elements, to + i * planes, planes);
      });
}

/// What ByteKernels::unshuffle does.
inline void unshuffle(const std::byte* from, std::byte* to, std::int64_t elements, std::int64_t element_bytes) {
  if (elements < register_bytes) {
    for (std::int64_t i = 0; i < elements; ++i) {
      for (std::int64_t b = 0; b < element_bytes; ++b) to[i * element_bytes + b] = from[b * elements + i];
    }
    return;
  }
  switch (element_bytes) {
    case 1: std::memcpy(to, from, static_cast<std::size_t>(elements)); return;
    case 2: return unshuffle_whole<2>(from, to, elements);
    case 4: return unshuffle_whole<4>(from, to, elements);
    case 8: return unshuffle_whole<8>(from, to, elements);
    case 16: return unshuffle_whole<16>(from, to, elements);
    default:
      for_each_block(
          elements, [&](std::int64_t i) __attribute__((always_inline)) {
            unshuffle_block_of_pieces(from + i, elements, to + i * element_bytes, element_bytes);
          });
  }
}

}  // namespace scatterfold::filters::SCATTERFOLD_ISA

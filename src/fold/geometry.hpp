// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

/// The fixed shape of the order in which elements are folded: `leaf_order: 1` of every result (docs/numerics.md).
/// A leaf is 8 strips of 512 consecutive elements; a strip is 8 rows of 64 lanes; a lane folds its 8 elements in order;
/// the lanes of a strip join by halving (lane i with i + 32, then + 16, ... + 1), the strips of a leaf as a binary
/// tree.
namespace scatterfold {

inline constexpr int leaf_order = 1;
inline constexpr int lanes = 64;
inline constexpr int strip_rows = 8;
inline constexpr int strip_elements = lanes * strip_rows;
inline constexpr int leaf_strips = 8;
inline constexpr int leaf_elements = strip_elements * leaf_strips;
inline constexpr int segment_leaves = 16;
inline constexpr std::int64_t segment_elements = static_cast<std::int64_t>(leaf_elements) * segment_leaves;

/// Elements equal to these bits are missing; every other way of being missing was mapped to them while decoding.
struct MissingMark {
  std::uint64_t bits = 0;  ///< of the value type, zero-extended
  bool given = false;
};

}  // namespace scatterfold

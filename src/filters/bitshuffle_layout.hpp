// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>
#include <cstdint>

namespace scatterfold {

/// Bitshuffle works in blocks of so many elements; a last, smaller block has a multiple of 8, the rest is left as it
/// was. Source: Masui et al. (2015), doi:10.1016/j.ascom.2015.07.002, and the filter's README.
namespace bitshuffle {

inline constexpr std::int64_t group = 8;          ///< elements whose bits make a byte
inline constexpr std::int64_t header_bytes = 12;  ///< before compressed blocks: decoded bytes (8), bytes of a block (4)

/// Elements of a block where the filter was not told: 8 KiB of them, but at least 128.
constexpr std::int64_t default_block_elements(std::int64_t element_bytes) {
  constexpr std::int64_t target_bytes = 8192, least = 128;
  return std::max(target_bytes / element_bytes / group * group, least);
}

}  // namespace bitshuffle
}  // namespace scatterfold

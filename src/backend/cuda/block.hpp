// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>

#include "fold/geometry.hpp"

namespace scatterfold::cuda {

/// Consecutive elements of one unit in a device buffer.
struct Block {
  std::int64_t first;  ///< element of the buffer, a multiple of 32
  std::int32_t elements, reserved;
};

/// Leaves of a block that is folded: a subtree of the unit's tree.
inline constexpr int block_leaves = segment_leaves;

/// Elements in device memory as kernels see them: values, or their halves.
struct Values {
  const std::byte* data;
  bool halves;  ///< float16, loaded as float32
  MissingMark mark;
};

}  // namespace scatterfold::cuda

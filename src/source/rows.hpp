// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "partition/hyperslab.hpp"

namespace scatterfold {

/// How many of the innermost elements of `slab` lie side by side in an array of this shape.
inline std::int64_t row_elements(const Hyperslab& slab, const std::vector<std::int64_t>& shape) {
  std::int64_t row = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    if (slab.step[d] != 1 && slab.count[d] > 1) break;
    row *= slab.count[d];
    if (slab.count[d] != shape[d]) break;
  }
  return row;
}

/// Calls `use(first element, elements)` for the stretches of an array of this shape, row-major, that make up `slab`.
template <class Use>
void for_each_row(const Hyperslab& slab, const std::vector<std::int64_t>& shape, const Use& use) {
  const std::int64_t row = row_elements(slab, shape), rows = row > 0 ? slab.elements() / row : 0;
  // The dimensions that one row covers whole need no walking.
  std::size_t outer = shape.size();
  for (std::int64_t covered = 1; covered < row; covered *= slab.count[outer]) --outer;
  std::vector<std::int64_t> at(shape.size(), 0);
  for (std::int64_t r = 0; r < rows; ++r) {
    std::int64_t element = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) {
      element = element * shape[d] + slab.start[d] + at[d] * slab.step[d];
    }
    use(element, row);
    for (std::size_t d = outer; d-- > 0;) {
      if (++at[d] < slab.count[d]) break;
      at[d] = 0;
    }
  }
}

}  // namespace scatterfold

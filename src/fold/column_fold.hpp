// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/lanes.hpp"
#include "fold/geometry.hpp"

namespace scatterfold {

/// Elements of one position that are folded one after the other, before they join what came before them.
inline constexpr int column_elements = 64;

/// A fold that can fold many positions side by side: `Column<V>` is the state of a segment of as many positions as V
/// has lanes. `none()` is nothing; `fold(row, count, mark)` adds a block of which `row(i)` is the i-th element of every
/// lane; `state(lane)` is what has become of one of them. Lanes never mix, and a block gives the same bits whatever V
/// is.
template <class F>
concept ColumnFold = requires {
  typename F::template Column<typename F::Element>;
};

/// The same of elements that have weights: `WeightedColumn<V>`, with `fold(row, weight, count, mark)`; elements of
/// weight 0 leave no trace. Such a fold has no leaves of its own.
template <class F>
concept WeightedFold = requires {
  typename F::template WeightedColumn<typename F::Element>;
};

/// Whether any lane of a mask is true.
template <class M>
SCATTERFOLD_HD bool any_of(M mask) {
#ifndef __CUDACC__
  if constexpr (is_pack<M>) {
    std::int32_t all = 0;
    for (int i = 0; i < LanesOf<M>::count; ++i) all |= mask[i];
    return all != 0;
  } else
#endif
  {
    return mask;
  }
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.hpp"

namespace scatterfold {

/// A forked team adds this many cells at a time, so that rank 0 needs 8 MiB a worker and not a table a worker.
inline constexpr std::size_t sum_piece_cells = std::size_t{1} << 20;

/// Calls `each(piece)` for the pieces of `cells`; both sides of the team cut alike.
template <typename Each>
void for_sum_pieces(std::span<std::int64_t> cells, const Each& each) {
  while (!cells.empty()) {
    const std::size_t count = std::min(sum_piece_cells, cells.size());
    each(cells.first(count));
    cells = cells.subspan(count);
  }
}

[[noreturn]] inline void refuse_sum_of_different_sizes() {
  throw Error(ExitCode::internal, "ranks sum different numbers of cells: an internal error, please report it");
}

}  // namespace scatterfold

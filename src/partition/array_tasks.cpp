// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/array_tasks.hpp"

#include <algorithm>

namespace scatterfold {

/// So many cells for each that takes some are even enough.
constexpr std::int64_t cells_enough = 8;

ArrayTasks::ArrayTasks(Reduction reduction, Tiles tiles)
    : reduction_(std::move(reduction)), tiles_(std::move(tiles)), first_task_{0} {
  for (std::int64_t g = 0; g < reduction_.groups(); ++g)
    first_task_.push_back(first_task_.back() + reduction_.segments_of(g));
}

ArrayTask ArrayTasks::task(std::int64_t number) const {
  const std::int64_t tile = number / first_task_.back(), within = number % first_task_.back();
  const auto group = std::upper_bound(first_task_.begin(), first_task_.end(), within) - first_task_.begin() - 1;
  return {tile, group, within - first_task_[static_cast<std::size_t>(group)]};
}

std::pair<std::int64_t, std::int64_t> ArrayTasks::tasks_of(std::int64_t cell) const {
  const auto group = static_cast<std::size_t>(group_of(cell));
  const std::int64_t base = tile_of(cell) * first_task_.back();
  return {base + first_task_[group], base + first_task_[group + 1]};
}

std::vector<std::int64_t> ArrayTasks::cuts(int parts) const {
  const bool by_cells = cells() >= cells_enough * parts;
  const std::int64_t pieces = by_cells ? cells() : count();
  std::vector<std::int64_t> cuts;
  for (std::int64_t p = 0; p <= parts; ++p) {
    const std::int64_t piece = pieces / parts * p + std::min(p, pieces % parts);
    cuts.push_back(!by_cells ? piece : piece == cells() ? count() : tasks_of(piece).first);
  }
  return cuts;
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/tiles.hpp"

#include <algorithm>

namespace scatterfold {
namespace {

/// How many selected indices of a dimension a stretch of it has, at most.
std::int64_t count_in(std::int64_t length, std::int64_t count, std::int64_t step) {
  return std::min(count, (length - 1) / step + 1);
}

/// How far a tile reaches in each dimension, in indices of the dataset.
std::vector<std::int64_t> extents(const Hyperslab& kept, const std::vector<std::int64_t>& granule, std::int64_t wanted,
                                  std::int64_t most) {
  const std::size_t rank = kept.count.size();
  std::vector<std::int64_t> tile(rank);
  for (std::size_t d = 0; d < rank; ++d) tile[d] = std::max<std::int64_t>(1, granule[d]);
  /// What dimension `d` may have of so many positions beside all others.
  const auto allowed = [&](std::size_t d, std::int64_t positions) {
    for (std::size_t e = 0; e < rank; ++e) {
      if (e != d) positions /= std::max<std::int64_t>(1, count_in(tile[e], kept.count[e], kept.step[e]));
    }
    return std::max<std::int64_t>(1, positions);
  };
  for (std::size_t d = 0; d < rank; ++d) {
    const std::int64_t count = allowed(d, most);
    if (count_in(tile[d], kept.count[d], kept.step[d]) > count) tile[d] = count * kept.step[d];
  }
  for (std::size_t d = rank; d-- > 0;) {
    const std::int64_t count = allowed(d, wanted);
    if (count < kept.count[d]) {
      tile[d] *= std::max<std::int64_t>(1, count * kept.step[d] / tile[d]);
      break;  // to reach further out would part what lies side by side
    }
    const std::int64_t end = kept.start[d] + std::max<std::int64_t>(1, kept.count[d]) * kept.step[d];
    tile[d] *= (end - 1) / tile[d] + 1;  // from the first index of the dataset on
  }
  return tile;
}

}  // namespace

Tiles::Tiles(const Hyperslab& kept, const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& granule,
             std::int64_t wanted, std::int64_t most)
    : kept_(kept) {
  const std::vector<std::int64_t> tile = extents(kept, granule, wanted, most);
  for (std::size_t d = 0; d < tile.size(); ++d) {
    Ranges ranges;
    std::int64_t longest = 0;
    for (std::int64_t first = 0; first < kept.count[d];) {
      // Tiles begin where chunks do, which the selection may not.
      const std::int64_t index = kept.start[d] + first * kept.step[d];
      const std::int64_t end = std::min(shape[d] - index, tile[d] - index % tile[d]) + index;
      const std::int64_t last = std::min(kept.count[d], (end - kept.start[d] + kept.step[d] - 1) / kept.step[d]);
      ranges.emplace_back(first, last);
      longest = std::max(longest, last - first);
      first = last;
    }
    count_ *= static_cast<std::int64_t>(ranges.size());
    most_positions_ *= longest;
    ranges_.push_back(std::move(ranges));
  }
}

Hyperslab Tiles::tile(std::int64_t number) const {
  Hyperslab tile = kept_;
  for (std::size_t d = ranges_.size(); d-- > 0;) {
    const auto ranges = static_cast<std::int64_t>(ranges_[d].size());
    const auto [first, last] = ranges_[d][static_cast<std::size_t>(number % ranges)];
    number /= ranges;
    tile.start[d] += first * tile.step[d];
    tile.count[d] = last - first;
  }
  return tile;
}

}  // namespace scatterfold

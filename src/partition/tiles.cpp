// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/tiles.hpp"

#include <algorithm>

namespace scatterfold {
namespace {

std::int64_t product(const std::vector<std::int64_t>& lengths) {
  std::int64_t all = 1;
  for (const std::int64_t length : lengths) all *= length;
  return all;
}

/// How far a tile reaches in each dimension, in indices of the dataset.
std::vector<std::int64_t> extents(const Hyperslab& kept, const std::vector<std::int64_t>& granule, std::int64_t wanted,
                                  std::int64_t most) {
  const std::size_t rank = kept.count.size();
  std::vector<std::int64_t> span(rank), tile(rank);
  for (std::size_t d = 0; d < rank; ++d) {
    span[d] = std::max<std::int64_t>(1, (kept.count[d] - 1) * kept.step[d] + 1);
    tile[d] = std::clamp<std::int64_t>(granule[d], 1, std::max(span[d], granule[d]));
  }
  const auto positions = [&] {  // at most: a step leaves fewer
    std::vector<std::int64_t> counts(rank);
    for (std::size_t d = 0; d < rank; ++d) counts[d] = std::min(kept.count[d], (tile[d] - 1) / kept.step[d] + 1);
    return product(counts);
  };
  for (std::size_t d = 0; d < rank && positions() > most; ++d) {
    const std::int64_t rest = std::max<std::int64_t>(1, positions() / std::min(kept.count[d], tile[d]));
    tile[d] = std::max<std::int64_t>(1, std::min(tile[d], most / rest));
  }
  for (std::size_t d = rank; d-- > 0 && positions() < wanted;) {
    const std::int64_t times = std::max<std::int64_t>(1, wanted / std::max<std::int64_t>(1, positions()));
    tile[d] =
        tile[d] >= span[d] / times ? std::max(tile[d], (span[d] + tile[d] - 1) / tile[d] * tile[d]) : tile[d] * times;
    if (tile[d] < span[d]) break;  // to reach further out would part what lies side by side
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

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "partition/hyperslab.hpp"

namespace scatterfold {

/// The kept dimensions of a reduction cut into tiles, boxes that are folded one after the other. How they are cut does
/// not show in any result.
class Tiles {
 public:
  /// `granule` per kept dimension: the chunk's lengths, or 1s where any cut costs the same; `shape` the dataset's.
  /// Tiles have about `wanted` positions, whole chunks of them where those fit, and never more than `most`.
  Tiles(const Hyperslab& kept, const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& granule,
        std::int64_t wanted, std::int64_t most);

  std::int64_t count() const { return count_; }
  /// The most positions that a tile has.
  std::int64_t most_positions() const { return most_positions_; }
  /// In coordinates of the dataset.
  Hyperslab tile(std::int64_t number) const;

 private:
  using Ranges = std::vector<std::pair<std::int64_t, std::int64_t>>;  ///< [first, last) of the selected indices

  Hyperslab kept_;
  std::vector<Ranges> ranges_;
  std::int64_t count_ = 1, most_positions_ = 1;
};

}  // namespace scatterfold

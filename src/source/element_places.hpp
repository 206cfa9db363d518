// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "partition/partition.hpp"

namespace scatterfold {

/// Where the elements of a partition stand in the whole dataset, also where only some of it is selected.
class ElementPlaces {
 public:
  /// `partition` outlives it; `shape` is the whole dataset's.
  ElementPlaces(const Partition& partition, std::vector<std::int64_t> shape);
  /// The partition's parts follow one another in dimension `along`; part p begins there at begins[p].
  ElementPlaces(const Partition& partition, std::vector<std::int64_t> shape, std::size_t along,
                std::vector<std::int64_t> begins);

  const std::vector<std::int64_t>& shape() const { return shape_; }
  const Partition& partition() const { return partition_; }

  /// The span's elements as boxes of the whole dataset, in order.
  std::vector<Hyperslab> boxes(const Span& span) const;
  /// The row-major number in the whole dataset of each of the span's elements. Threads may call it at once.
  void fill(const Span& span, long long* out) const;

 private:
  const Partition& partition_;
  std::vector<std::int64_t> shape_;
  std::size_t along_;
  std::vector<std::int64_t> begins_;
};

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

namespace scatterfold {

/// A regular selection of an N-D array: per dimension the first index, how many, and the distance between them.
/// No dimensions at all is a scalar: one element.
struct Hyperslab {
  std::vector<std::int64_t> start, count, step;

  std::int64_t elements() const;
};

/// All of an array.
Hyperslab whole_slab(const std::vector<std::int64_t>& shape);

/// The indices in the array of the element with this row-major number in `slab`.
std::vector<std::int64_t> indices_of(const Hyperslab& slab, std::int64_t number);

/// Cuts the row-major flattened range [begin, end) of `slab` into at most 2 * dimensions - 1 hyperslabs, in order.
std::vector<Hyperslab> split_range(const Hyperslab& slab, std::int64_t begin, std::int64_t end);

/// The part of `slab` whose indices lie in the box [low, high). May have zero elements.
Hyperslab intersect(const Hyperslab& slab, const std::vector<std::int64_t>& low, const std::vector<std::int64_t>& high);

}  // namespace scatterfold

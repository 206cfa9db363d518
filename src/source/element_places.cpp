// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/element_places.hpp"

#include <numeric>
#include <utility>

#include "source/rows.hpp"

namespace scatterfold {

ElementPlaces::ElementPlaces(const Partition& partition, std::vector<std::int64_t> shape)
    : ElementPlaces(partition, std::move(shape), 0, {0}) {}

ElementPlaces::ElementPlaces(const Partition& partition, std::vector<std::int64_t> shape, std::size_t along,
                             std::vector<std::int64_t> begins)
    : partition_(partition), shape_(std::move(shape)), along_(along), begins_(std::move(begins)) {}

std::vector<Hyperslab> ElementPlaces::boxes(const Span& span) const {
  Hyperslab slab = partition_.unit(span.unit);
  if (!shape_.empty()) slab.start[along_] += begins_[partition_.place_of(span.unit).part];
  return split_range(slab, span.begin, span.end);
}

void ElementPlaces::fill(const Span& span, long long* out) const {
  for (const Hyperslab& box : boxes(span)) {
    for_each_row(box, shape_, [&](std::int64_t first, std::int64_t elements) {
      std::iota(out, out + elements, static_cast<long long>(first));
      out += elements;
    });
  }
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/hyperslab.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace scatterfold {
namespace {

__extension__ using Wide = __int128;

/// inner[d] is how many elements one step of dimension d passes over; the last one is 1.
std::vector<std::int64_t> inner_elements(const Hyperslab& slab) {
  std::vector<std::int64_t> inner(slab.count.size(), 1);
  for (std::size_t d = slab.count.size(); d-- > 1;) inner[d - 1] = inner[d] * slab.count[d];
  return inner;
}

/// `slab` with the dimensions before `dimension` fixed at `index`, and `dimension` cut to [first, last).
Hyperslab part(const Hyperslab& slab, const std::vector<std::int64_t>& index, std::size_t dimension, std::int64_t first,
               std::int64_t last) {
  Hyperslab result = slab;
  for (std::size_t d = 0; d < dimension; ++d) {
    result.start[d] += index[d] * slab.step[d];
    result.count[d] = 1;
  }
  result.start[dimension] += first * slab.step[dimension];
  result.count[dimension] = last - first;
  return result;
}

}  // namespace

Hyperslab whole_slab(const std::vector<std::int64_t>& shape) {
  return {std::vector<std::int64_t>(shape.size(), 0), shape, std::vector<std::int64_t>(shape.size(), 1)};
}

std::vector<std::int64_t> indices_of(const Hyperslab& slab, std::int64_t number) {
  std::vector<std::int64_t> indices = slab.start;
  for (std::size_t d = indices.size(); d-- > 0; number /= slab.count[d])
    indices[d] += number % slab.count[d] * slab.step[d];
  return indices;
}

std::int64_t Hyperslab::elements() const {
  // A dimension of zero makes the whole empty, whatever the others would multiply to.
  if (std::find(count.begin(), count.end(), 0) != count.end()) return 0;
  std::int64_t product = 1;
  for (const std::int64_t n : count) {
    if (n < 0 || __builtin_mul_overflow(product, n, &product)) {
      throw InputError("the selection is too large (more than 2^63 elements): select less of the dataset");
    }
  }
  return product;
}

std::vector<Hyperslab> split_range(const Hyperslab& slab, std::int64_t begin, std::int64_t end) {
  const std::int64_t total = slab.elements();
  if (begin < 0 || end > total || begin > end) {
    throw Error(ExitCode::internal, "range [" + std::to_string(begin) + ", " + std::to_string(end) +
                                        ") leaves a selection of " + std::to_string(total) + " elements");
  }
  if (begin == end) return {};
  const std::size_t dimensions = slab.count.size();
  if (dimensions == 0) return {slab};

  const std::vector<std::int64_t> inner = inner_elements(slab);
  std::vector<std::int64_t> first(dimensions), last(dimensions);  // indices of the first and the last element
  for (std::size_t d = 0; d < dimensions; ++d) {
    first[d] = begin / inner[d] % slab.count[d];
    last[d] = (end - 1) / inner[d] % slab.count[d];
  }
  // `parting` is the outermost dimension in which first and last differ. The range is then a head below first's index
  // there, a block of whole rows, and a tail below last's index; head and tail are one slab per deeper dimension.
  std::size_t parting = 0;
  while (parting + 1 < dimensions && first[parting] == last[parting]) ++parting;
  std::size_t head = dimensions - 1, tail = dimensions - 1;  // the innermost dimension that is not whole
  while (head > parting && first[head] == 0) --head;
  while (tail > parting && last[tail] == slab.count[tail] - 1) --tail;

  std::vector<Hyperslab> parts;
  for (std::size_t d = head; d > parting; --d) {
    // The deepest head slab starts at first itself; the others at the row after it.
    const std::int64_t from = first[d] + (d == head ? 0 : 1);
    if (from < slab.count[d]) parts.push_back(part(slab, first, d, from, slab.count[d]));
  }
  const std::int64_t from = first[parting] + (head > parting ? 1 : 0);
  const std::int64_t to = last[parting] + (tail > parting ? 0 : 1);
  if (from < to) parts.push_back(part(slab, first, parting, from, to));
  for (std::size_t d = parting + 1; d <= tail; ++d) {
    const std::int64_t until = last[d] + (d == tail ? 1 : 0);
    if (until > 0) parts.push_back(part(slab, last, d, 0, until));
  }
  return parts;
}

Hyperslab intersect(const Hyperslab& slab, const std::vector<std::int64_t>& low,
                    const std::vector<std::int64_t>& high) {
  Hyperslab result = slab;
  for (std::size_t d = 0; d < slab.count.size(); ++d) {
    const Wide start = slab.start[d], step = slab.step[d];
    // The first multiple of step at or after each bound, counted in steps from start.
    const auto steps_to = [&](Wide bound) { return bound <= start ? Wide{0} : (bound - start + step - 1) / step; };
    const Wide first = std::min<Wide>(steps_to(low[d]), slab.count[d]);
    const Wide last = std::clamp<Wide>(steps_to(high[d]), first, slab.count[d]);
    result.count[d] = static_cast<std::int64_t>(last - first);
    if (result.count[d] > 0) result.start[d] = static_cast<std::int64_t>(start + first * step);
  }
  return result;
}

}  // namespace scatterfold

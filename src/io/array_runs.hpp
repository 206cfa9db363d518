// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "partition/hyperslab.hpp"

namespace scatterfold {

/// Calls `work(place, count)` for each run of at most `most` consecutive elements of the array that `box` is made of,
/// in order.
template <class Work>
void for_each_run(const std::vector<std::int64_t>& shape, const Hyperslab& box, std::int64_t most, Work&& work) {
  std::size_t inner = shape.size();  // from here on a run goes through whole dimensions
  std::int64_t run = 1;
  for (bool whole = true; inner > 0 && whole;) {
    --inner;
    run *= box.count[inner];
    whole = box.count[inner] == shape[inner];
  }
  const std::int64_t runs = run == 0 ? 0 : box.elements() / run;
  for (std::int64_t number = 0; number < runs; ++number) {
    std::int64_t place = 0, stride = 1, rest = number;
    for (std::size_t d = shape.size(); d-- > 0;) {
      place += box.start[d] * stride;
      if (d < inner) {
        place += rest % box.count[d] * stride;
        rest /= box.count[d];
      }
      stride *= shape[d];
    }
    for (std::int64_t done = 0; done < run; done += most) work(place + done, std::min(most, run - done));
  }
}

/// Calls `work(slab)` for each part of `box` that lies in one row of chunks: chunks stay whole, and the memory is
/// bounded. A box of one dimension or more.
template <class Work>
void for_each_row_of_chunks(const std::vector<std::int64_t>& chunk, const Hyperslab& box, Work&& work) {
  const std::int64_t end = box.start[0] + box.count[0];
  for (std::int64_t first = box.start[0]; first < end;) {
    const std::int64_t next = std::min(end, (first / chunk[0] + 1) * chunk[0]);
    Hyperslab slab = box;
    slab.start[0] = first;
    slab.count[0] = next - first;
    work(slab);
    first = next;
  }
}

}  // namespace scatterfold

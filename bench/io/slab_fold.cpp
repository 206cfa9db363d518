// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/slab_fold.hpp"

#include <algorithm>

namespace scatterfold::bench {

SlabFold::SlabFold(const Fold& fold) : fold_(fold), kernel_(host_leaf_kernel(fold.key())), leaves_(fold), slabs_(fold) {
  fold.place_params(params_, nullptr);
}

void SlabFold::add(const float* values, std::int64_t count) {
  for (std::int64_t at = 0; at < count; at += leaf_elements) {
    kernel_(params_, values + at, std::min<std::int64_t>(leaf_elements, count - at), MissingMark{}, leaves_.next());
    leaves_.push();
  }
  leaves_.finish(slabs_.next());
  slabs_.push();
}

Result SlabFold::finish() {
  std::vector<std::byte> state(static_cast<std::size_t>(fold_.state_bytes()));
  slabs_.finish(state.data());
  return fold_.finish(state.data(), {});
}

}  // namespace scatterfold::bench

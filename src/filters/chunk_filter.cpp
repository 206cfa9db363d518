// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "filters/chunk_filter.hpp"

namespace scatterfold {

std::unique_ptr<ChunkFilter> make_chunk_filter(const FilterStep& step) {
  switch (step.id) {
    case filter_id::deflate: return make_deflate(step);
    case filter_id::shuffle: return make_shuffle(step);
    case filter_id::fletcher32: return make_fletcher32(step);
    case filter_id::blosc: return make_blosc(step);
    case filter_id::lz4: return make_lz4(step);
    case filter_id::bitshuffle: return make_bitshuffle(step);
    case filter_id::zstd: return make_zstd(step);
    default: return nullptr;
  }
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "measure/resident.hpp"

#include <algorithm>

#include "fold/geometry.hpp"

namespace scatterfold::bench {
ResidentPiece::ResidentPiece(std::int64_t elements, std::int64_t element_bytes) {
  piece_.clear();
  for (std::int64_t begin = 0; begin < elements; begin += segment_elements) {
    piece_.add_span({0, begin, std::min(elements, begin + segment_elements)}, element_bytes);
    piece_.end_unit();
    piece_.end_segment();
  }
  tables_.upload(nullptr, piece_);
  cuda::check(cudaStreamSynchronize(nullptr), "copying tables");
}

const std::byte* ResidentPiece::enqueue(cudaStream_t stream, const cuda::DeviceFold& fold, const cuda::Values& values,
                                        cuda::DeviceFold::Scratch& scratch) const {
  return fold.enqueue(stream, piece_, tables_, values, scratch);
}

}  // namespace scatterfold::bench

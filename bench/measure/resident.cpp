// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "measure/resident.hpp"

#include <algorithm>

#include "fold/geometry.hpp"

namespace scatterfold::bench {
namespace {

template <class T>
cuda::Buffer on_device(const std::vector<T>& values) {
  cuda::Buffer buffer(cuda::Buffer::Kind::device, values.size() * sizeof(T));
  cuda::check(cudaMemcpy(buffer.data(), values.data(), buffer.bytes(), cudaMemcpyHostToDevice), "copying a tree");
  return buffer;
}

}  // namespace

ResidentPiece::ResidentPiece(std::int64_t elements, std::int64_t element_bytes) {
  piece_.clear();
  for (std::int64_t begin = 0; begin < elements; begin += segment_elements) {
    piece_.add_span({0, begin, std::min(elements, begin + segment_elements)}, element_bytes);
    piece_.end_unit();
    piece_.end_segment();
  }
  blocks_ = on_device(piece_.blocks);
  unit_blocks_ = on_device(piece_.unit_blocks);
  segment_units_ = on_device(piece_.segment_units);
}

const std::byte* ResidentPiece::enqueue(cudaStream_t stream, const cuda::DeviceFold& fold, const std::byte* data,
                                        cuda::DeviceFold::Scratch& scratch) const {
  return fold.enqueue(stream, piece_, data, blocks_.as<cuda::Block>(), unit_blocks_.as<std::int64_t>(),
                      segment_units_.as<std::int64_t>(), scratch);
}

}  // namespace scatterfold::bench

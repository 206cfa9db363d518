// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/piece_tables.hpp"

#include <cstring>

namespace scatterfold::cuda {

void PieceTables::upload(cudaStream_t stream, const Piece& piece) {
  const auto bytes_of = [](const auto& table) { return table.size() * sizeof(table[0]); };
  const std::size_t bytes = bytes_of(piece.blocks) + bytes_of(piece.unit_blocks) + bytes_of(piece.segment_units);
  pinned_.reserve(Buffer::Kind::pinned, bytes);
  device_.reserve(Buffer::Kind::device, bytes);
  std::size_t at = 0;
  const auto place = [&]<class T>(const std::vector<T>& table) {
    const auto* on_device = reinterpret_cast<const T*>(device_.data() + at);
    if (!table.empty()) std::memcpy(pinned_.data() + at, table.data(), bytes_of(table));
    at += bytes_of(table);
    return on_device;
  };
  blocks_ = place(piece.blocks);
  unit_blocks_ = place(piece.unit_blocks);
  segment_units_ = place(piece.segment_units);
  check(cudaMemcpyAsync(device_.data(), pinned_.data(), bytes, cudaMemcpyHostToDevice, stream), "copying data");
}

}  // namespace scatterfold::cuda

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "backend/cuda/handles.hpp"
#include "backend/cuda/piece.hpp"

namespace scatterfold::cuda {

/// The tables of a piece in device memory.
class PieceTables {
 public:
  /// Enqueues their copy; the tables of the piece before must no longer be in use.
  void upload(cudaStream_t stream, const Piece& piece);

  const Block* blocks() const { return blocks_; }
  const std::int64_t* unit_blocks() const { return unit_blocks_; }
  const std::int64_t* segment_units() const { return segment_units_; }

 private:
  Buffer pinned_, device_;
  const Block* blocks_ = nullptr;
  const std::int64_t *unit_blocks_ = nullptr, *segment_units_ = nullptr;
};

}  // namespace scatterfold::cuda

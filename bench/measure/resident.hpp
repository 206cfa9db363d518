// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "backend/cuda/device_fold.hpp"
#include "backend/cuda/handles.hpp"
#include "backend/cuda/piece.hpp"

namespace scatterfold::bench {

/// A piece of contiguous data that is on the device already, with its tables there too: a run of segments.
class ResidentPiece {
 public:
  ResidentPiece(std::int64_t elements, std::int64_t element_bytes);

  std::int64_t elements() const { return piece_.elements; }

  /// Enqueues the fold of the elements; gives the device address of their state (null for a table).
  const std::byte* enqueue(cudaStream_t stream, const cuda::DeviceFold& fold, const cuda::Values& values,
                           cuda::DeviceFold::Scratch& scratch) const;

 private:
  cuda::Piece piece_;
  cuda::PieceTables tables_;
};

}  // namespace scatterfold::bench

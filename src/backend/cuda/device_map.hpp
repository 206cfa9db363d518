// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "backend/cuda/handles.hpp"
#include "backend/cuda/piece.hpp"
#include "backend/cuda/piece_tables.hpp"
#include "user/device_call.hpp"
#include "user/device_mapped_source.hpp"

namespace scatterfold::cuda {

/// A user's code on the current device: makes values of the elements of pieces.
class DeviceMap {
 public:
  /// Loads the source's program. Errors: ResourceError.
  explicit DeviceMap(const DeviceMappedSource& source);

  /// What belongs to one piece.
  struct Scratch {
    Buffer values, refused, refused_pinned;
  };

  /// Enqueues the map of a piece whose elements, decoded, and tables are on the device. The values are numbered as the
  /// elements are.
  Values enqueue(cudaStream_t stream, const Piece& piece, const PieceTables& tables, const std::byte* elements,
                 Scratch& scratch) const;

  /// To be called when the piece is done. Errors: NumericError where a value is the mark of missing elements by itself.
  void check_values(const Piece& piece, const Scratch& scratch) const;

 private:
  const DeviceMappedSource* source_;
  Handle<cudaLibrary_t, cudaLibraryUnload> library_;
  cudaKernel_t kernel_ = nullptr;
};

}  // namespace scatterfold::cuda

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "backend/cuda/handles.hpp"
#include "backend/cuda/kernel_table.hpp"
#include "backend/cuda/piece.hpp"
#include "backend/cuda/piece_tables.hpp"
#include "fold/fold.hpp"

namespace scatterfold::cuda {

/// One fold on one device: its constants, its table, and the launches that turn data in device memory into one state.
class DeviceFold {
 public:
  explicit DeviceFold(const Fold& fold);

  const Fold& fold() const { return *fold_; }
  bool is_table() const { return fold_->slots() > 0; }

  /// Device memory for the states of `blocks` blocks, of which a join makes fewer.
  struct Scratch {
    Buffer states, joined;
  };

  /// Enqueues the fold of a piece whose values and tables are on the device: its state ends up at the returned device
  /// address (null for a table, whose cells stay here).
  const std::byte* enqueue(cudaStream_t stream, const Piece& piece, const PieceTables& tables, const Values& values,
                           Scratch& scratch) const;

  /// Waits for the device and adds the table to `cells`.
  void add_cells(std::vector<std::int64_t>& cells) const;

 private:
  const Fold* fold_;
  const Kernels* kernels_;
  Buffer constants_, cells_;
  alignas(16) std::byte params_[max_params_bytes];
};

}  // namespace scatterfold::cuda

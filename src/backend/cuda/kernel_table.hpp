// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "backend/cuda/block.hpp"
#include "backend/cuda/column_shape.hpp"
#include "fold/fold.hpp"

namespace scatterfold::cuda {

/// What the GPU needs of one fold for one value type. Everything is enqueued on the stream; nothing waits.
struct Kernels {
  /// One state per block.
  cudaError_t (*fold_blocks)(cudaStream_t, const void* params, const Values&, const Block* blocks, std::int64_t count,
                             void* states);
  /// One state per group of neighbouring states, joined as a binary tree in place. Group g is [offsets[g],
  /// offsets[g+1]), or `size` states where there are no offsets; an empty group gives the identity.
  cudaError_t (*join)(cudaStream_t, const void* params, void* states, std::int64_t count, const std::int64_t* offsets,
                      std::int64_t size, std::int64_t groups, void* joined);
  /// Adds to `cells`, tables only.
  cudaError_t (*count)(cudaStream_t, const void* params, const Values&, const Block* blocks, std::int64_t count,
                       std::int64_t slots, unsigned long long* cells);
  /// Adds rows to what is running of each segment and position, which is in `running`, segment by segment; `fresh`: of
  /// nothing. Blocks of 64 rows begin with the first row. Where `states` are given these are the last rows: what has
  /// become of the positions goes there, and nothing to `running`.
  cudaError_t (*columns)(cudaStream_t, const void* params, const Values&, const double* weights, const ColumnShape&,
                         bool fresh, void* running, void* states);
  std::int64_t running_bytes;  ///< of one position
  /// One state per leaf, of folds with weights, which have no other leaves; `weights` lie as the values do.
  cudaError_t (*weighted_leaves)(cudaStream_t, const void* params, const Values&, const double* weights,
                                 const Block* leaves, std::int64_t count, void* states);
  /// Adds to tables of `slots` cells, one per position; tables only.
  cudaError_t (*count_columns)(cudaStream_t, const void* params, const Values&, const ColumnShape&, std::int64_t slots,
                               unsigned long long* cells);
  /// Whether this binary has code for the current device.
  cudaError_t (*probe)();
};

struct KernelTable {
  const char* fold;
  int variants;
  const Kernels* kernels;  ///< [variant][ElementType]
};

/// Of the generated registry. Errors: Error(internal) where none was compiled.
const Kernels& kernels_of(const KernelKey& key);

}  // namespace scatterfold::cuda

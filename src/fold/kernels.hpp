// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "fold/decoding.hpp"
#include "fold/fold.hpp"
#include "fold/geometry.hpp"

namespace scatterfold {

/// Folds the `count` values of one leaf: a state fold overwrites `accumulator` with the leaf's state, a table fold adds
/// to the int64 cells there.
using HostLeafKernel = void (*)(const void* params, const void* values, std::int64_t count, const MissingMark& mark,
                                void* accumulator);

/// Folds blocks of neighbouring positions, one column of a matrix each. What becomes of them until a segment is done is
/// in `running_bytes(columns)` bytes that start at 64; `start` makes nothing of it, `states` one state per position.
struct HostColumnKernels {
  std::int64_t (*running_bytes)(std::int64_t columns);
  void (*start)(const void* params, std::int64_t columns, void* running);
  /// Rows of a matrix, `stride` elements apart: at most 64, fewer only at the end. `weights` lie as the values do;
  /// folds without leave them alone.
  void (*block)(const void* params, const void* values, const double* weights, std::int64_t stride,
                std::int64_t columns, int rows, const MissingMark& mark, void* running);
  void (*states)(const void* params, std::int64_t columns, const void* running, void* states);
};

/// Turns `count` stored elements into values.
using HostDecodeKernel = void (*)(const Decoding& decoding, const void* stored, std::int64_t count, void* values);

/// The kernel for the best instruction set of this processor (or SCATTERFOLD_ISA=portable|avx2|avx512).
HostLeafKernel host_leaf_kernel(const KernelKey& key);
HostDecodeKernel host_decode_kernel(const Decoding& decoding);
/// Of a fold that keeps a state; a table counts its columns one after the other.
const HostColumnKernels& host_column_kernels(const KernelKey& key);

/// "avx512", "avx2" or "portable".
const char* host_instruction_set();

/// What the folder of a fold and an instruction set provide, and the registry looks up, `[variant][type]` each.
struct HostKernelTable {
  const char* fold;
  int variants;
  const HostLeafKernel* kernels;
  const HostColumnKernels* columns;
};

}  // namespace scatterfold

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

/// Turns `count` stored elements into values.
using HostDecodeKernel = void (*)(const Decoding& decoding, const void* stored, std::int64_t count, void* values);

/// The kernel for the best instruction set of this processor (or SCATTERFOLD_ISA=portable|avx2|avx512).
HostLeafKernel host_leaf_kernel(const KernelKey& key);
HostDecodeKernel host_decode_kernel(const Decoding& decoding);

/// "avx512", "avx2" or "portable".
const char* host_instruction_set();

/// What the folder of a fold and an instruction set provide, and the registry looks up. `kernels[variant][type]`.
struct HostKernelTable {
  const char* fold;
  int variants;
  const HostLeafKernel* kernels;
};

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

/// Marks a function that runs on the host and on the GPU. Always inlined: the same header is compiled for several
/// instruction sets, and an out-of-line copy of one could be called by another.
#ifdef __CUDACC__
#define SCATTERFOLD_HD __host__ __device__ __forceinline__
#else
#define SCATTERFOLD_HD inline __attribute__((always_inline))
#endif

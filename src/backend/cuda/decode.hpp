// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

#include "fold/decoding.hpp"

namespace scatterfold::cuda {

/// Enqueues the decoding of `count` stored elements to values, both in device memory.
cudaError_t decode_values(cudaStream_t stream, const Decoding& decoding, const std::byte* stored, std::int64_t count,
                          std::byte* values);

}  // namespace scatterfold::cuda

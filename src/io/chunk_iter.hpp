// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "io/stored_chunk.hpp"

namespace scatterfold {

/// Calls `found` with every chunk of the dataset that was written, and the index of its first element. False where this
/// HDF5 library cannot list chunks (before 1.10.10 and 1.12.3) or failed to. The caller holds `hdf5_mutex()`.
bool for_each_stored_chunk(hid_t dataset, int rank,
                           const std::function<void(const std::vector<std::int64_t>& first, StoredChunk)>& found);

}  // namespace scatterfold

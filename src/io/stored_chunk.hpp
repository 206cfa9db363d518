// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "filters/filter_step.hpp"

namespace scatterfold {

struct DatasetInfo;

/// Where a chunk is in the file, as far as it is known.
struct StoredChunk {
  std::int64_t bytes = 0;         ///< 0: never written
  std::int64_t file_offset = -1;  ///< -1: only the HDF5 library finds it
  std::uint32_t mask = 0;         ///< filters that were skipped; known with the offset
  std::uint32_t reserved = 0;     ///< ranks send these as bytes
};

/// Bytes of a whole chunk as it is in memory; 0 where they are more than HDF5 allows.
std::int64_t chunk_bytes_of(const DatasetInfo& info);
std::vector<FilterStep> pipeline_of(const DatasetInfo& info);

/// Whether stored chunks of the dataset can be decoded without the HDF5 library.
bool decodes_here(const DatasetInfo& info);
/// SCATTERFOLD_READ=library: read as if there were no other way, to compare with.
bool only_library();

/// The most bytes in which a sound chunk of a dataset that decodes_here() can be stored.
std::int64_t most_stored_bytes(const DatasetInfo& info);

}  // namespace scatterfold

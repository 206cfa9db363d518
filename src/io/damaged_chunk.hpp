// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <optional>
#include <string>

#include <hdf5.h>

#include "io/dataset.hpp"
#include "io/hdf5_error.hpp"

namespace scatterfold {

/// Reads `slab` through the library. Nothing where it went well, else what HDF5 says.
/// The caller holds `hdf5_mutex()`, here and below.
std::optional<Hdf5Error> read_slab(hid_t dataset, hid_t memory_type, const Hyperslab& slab, void* out);

/// Where a failed read of `slab` failed, for people: "chunk (2, 0, 1)" found by reading chunk after chunk, else the
/// first index of the slab. `scratch` holds the slab's elements and is overwritten.
std::string damaged_place(hid_t dataset, hid_t memory_type, const DatasetInfo& info, const Hyperslab& slab,
                          void* scratch);

/// A chunk that HDF5 must not be given.
struct CutChunk {
  std::string place;  ///< "chunk (2, 0, 1)"
  const char* what;   ///< "its checksum is cut off"
};

/// The first chunk under `slab` that is stored in fewer bytes than its last filter made, where that can be told: of a
/// checksum HDF5 would count below zero and read until it crashes, of packed bits (scale-offset, n-bit) it would unpack
/// whatever lies in memory behind them. Nothing where all are sound.
std::optional<CutChunk> cut_chunk(hid_t dataset, const DatasetInfo& info, const Hyperslab& slab);

}  // namespace scatterfold

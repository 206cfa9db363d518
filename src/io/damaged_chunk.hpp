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

/// The first chunk under `slab` that is stored in fewer bytes than its checksum has: HDF5 would count below zero and
/// read until it crashes. Nothing where all are sound.
std::optional<std::string> chunk_without_checksum(hid_t dataset, const DatasetInfo& info, const Hyperslab& slab);

}  // namespace scatterfold

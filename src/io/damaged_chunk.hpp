// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include <hdf5.h>

#include "io/dataset.hpp"

namespace scatterfold {

/// Reads `slab` through the library. False where it fails; the error stack then says why.
/// The caller holds `hdf5_mutex()`, here and below.
bool read_slab(hid_t dataset, hid_t memory_type, const Hyperslab& slab, void* out);

/// Where a failed read of `slab` failed, for people: "chunk (2, 0, 1)" found by reading chunk after chunk, else the
/// first index of the slab. `scratch` holds the slab's elements and is overwritten.
std::string damaged_place(hid_t dataset, hid_t memory_type, const DatasetInfo& info, const Hyperslab& slab,
                          void* scratch);

}  // namespace scatterfold

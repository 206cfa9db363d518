// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "io/handle.hpp"

namespace scatterfold {

/// Opens an HDF5 or netCDF-4 file read-only, looking first at what HDF5 itself would only call "unable to open file".
/// Errors: InputError, one line each: absent or unreadable, not a file, empty, netCDF-3, not HDF5, truncated, open by
/// a writer, marked by a writer that is gone, no locks on the file system, damaged.
/// The caller holds `hdf5_mutex()`.
FileHandle open_input_file(const std::string& file);

}  // namespace scatterfold

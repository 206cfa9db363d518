// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <hdf5.h>

#include "io/dataset.hpp"

namespace scatterfold {

/// HDF5 reads the missing part of a virtual dataset as fill values without a word. This looks for the files first.
/// Errors: InputError naming the file that is not there. The caller holds `hdf5_mutex()`.
void check_sources(hid_t dataset, const DatasetInfo& info);

}  // namespace scatterfold

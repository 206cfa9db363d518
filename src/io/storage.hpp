// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include <hdf5.h>

#include "io/dataset.hpp"

namespace scatterfold {

/// Fills shape, layout, file offset, chunk, filters and stored bytes of `info` (whose file and path are set).
/// Errors: InputError when the file contradicts itself, or holds more than 2^63 elements.
/// The caller holds `hdf5_mutex()`, here and below.
void describe_storage(hid_t dataset, DatasetInfo& info);

/// Errors: InputError when data of `info` cannot be read here: a filter that is not available, chunks without filters
/// that are not stored in full, contiguous data past the end of the file, a source file of a virtual dataset or an
/// external one that is not there.
void check_storage(hid_t dataset, const DatasetInfo& info, std::int64_t stored_element_bytes);

}  // namespace scatterfold

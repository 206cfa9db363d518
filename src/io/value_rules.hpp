// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>

#include <hdf5.h>

#include "io/dataset.hpp"

namespace scatterfold {

/// Applies `_Unsigned` to `info.type` and fills `info.rules` from the attributes of an open dataset.
///
/// Read: _FillValue, missing_value (one or many), valid_range (before valid_min and valid_max), scale_factor,
/// add_offset. All but the last two are in terms of stored values, whatever number type they have: an integer dataset
/// takes ceil of a real minimum and floor of a real maximum, a floating-point one the nearest value. A missing value
/// that no element can have is dropped. Values are compared as numbers: a
/// missing 0.0 is also -0.0. A range that admits nothing has minimum > maximum.
/// Ignored: attributes that are text, empty, or not numbers at all.
/// Errors: InputError for a numeric attribute of the wrong length, one that cannot be read, and packing by NaN or Inf.
/// The caller holds `hdf5_mutex()`.
void describe_rules(hid_t dataset, DatasetInfo& info);

}  // namespace scatterfold

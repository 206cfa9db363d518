// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "fold/decoding.hpp"

namespace scatterfold {

struct DatasetInfo;

/// How the stored elements of a dataset become values: byte order, netCDF-4 rules, unpacking.
/// `raw` false: the reader already hands out native byte order.
/// Errors: InputError for more missing values than a Decoding holds.
Decoding decoding_of(const DatasetInfo& info, bool raw);

/// Bits of a NaN that arithmetic does not make, for missing elements among float32 or float64.
std::uint64_t missing_nan(ElementType type);

}  // namespace scatterfold

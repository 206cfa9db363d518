// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "io/dataset.hpp"

namespace scatterfold {

/// All elements of a small dataset, such as a coordinate, as float64.
struct DecodedValues {
  std::vector<double> values;          ///< unpacked; NaN where missing
  std::vector<std::int64_t> integers;  ///< the same, exactly, where all are whole, unpacked and below 2^63; else empty
  std::vector<bool> missing;           ///< by the dataset's rules; a NaN need not be
};

/// Reads a whole dataset by its own rules. Errors: InputError as Dataset::read.
DecodedValues read_decoded(const Dataset& dataset);
/// The same of a part.
DecodedValues read_decoded(const Dataset& dataset, const Hyperslab& slab);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "driver/job.hpp"
#include "partition/hyperslab.hpp"

namespace scatterfold {

struct DatasetInfo;

/// The number of a dimension, by name or index; negative counts from the end. `option` is what named it.
/// Errors: UsageError listing the dimensions.
std::size_t find_dimension(const DatasetInfo& info, const std::string& wanted, const char* option);

/// The name of a dimension, its number where it has none.
std::string dimension_name(const DatasetInfo& info, std::size_t d);

/// The elements that `-d` leaves of a dataset. Errors: UsageError for a dimension or an index that is not there.
Hyperslab resolve_selection(const DatasetInfo& info, const std::vector<DimensionSelection>& select);

/// "time 0:12, lat 3:9:2", or empty for the whole dataset.
std::string describe_selection(const DatasetInfo& info, const std::vector<DimensionSelection>& select);

}  // namespace scatterfold

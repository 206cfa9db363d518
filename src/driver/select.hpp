// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "driver/job.hpp"
#include "partition/hyperslab.hpp"

namespace scatterfold {

struct DatasetInfo;

/// The elements that `-d` leaves of a dataset. Errors: UsageError for a dimension or an index that is not there.
Hyperslab resolve_selection(const DatasetInfo& info, const std::vector<DimensionSelection>& select);

/// "time 0:12, lat 3:9:2", or empty for the whole dataset.
std::string describe_selection(const DatasetInfo& info, const std::vector<DimensionSelection>& select);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "backend/backend.hpp"

namespace scatterfold {

/// The first run of the share at or behind `run` that has selected elements; share.last_run where there is none.
std::int64_t next_run_with_elements(const Partition& partition, const Share& share, std::int64_t run);

/// Gives the forests the empty state of runs [first, last), in as few pieces as there are aligned subtrees: a selection
/// can be a handful of elements among 10^12 chunks.
void insert_empty_runs(const std::vector<const Fold*>& folds, const Share& share, std::int64_t first, std::int64_t last,
                       std::vector<Partial>& partials);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <vector>

#include "driver/array_geometry.hpp"
#include "driver/first_pass.hpp"

namespace scatterfold {

/// Analyses that are folded together, because they part the elements alike.
struct ArrayBundle {
  ArrayGeometry geometry;
  std::vector<std::size_t> analyses;  ///< their numbers in the job

  std::vector<const Fold*> folds_of(const Folds& folds) const;
};

/// Every analysis of the job is in one of them. Errors: as array_geometry.
std::vector<ArrayBundle> array_bundles(const Job& job, const Input& input, std::int64_t memory_bytes);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/array_matrix.hpp"
#include "driver/job.hpp"
#include "driver/open_input.hpp"
#include "io/array_file.hpp"
#include "partition/reduction.hpp"

namespace scatterfold {

/// What the options for arrays mean for a dataset.
struct ArrayGeometry {
  Reduction reduction;
  std::vector<ArrayDimension> dimensions;  ///< of the output; two may have the same name
  std::vector<std::string> reduced;        ///< names of the dimensions that are reduced, those in groups too
  std::optional<ElementWeights> weights;
};

/// Errors: UsageError for a dimension that is not there, given twice, or both in groups and in blocks; InputError for a
/// coordinate that is absent or cannot be understood.
ArrayGeometry array_geometry(const ArrayOptions& options, const Input& input);

}  // namespace scatterfold

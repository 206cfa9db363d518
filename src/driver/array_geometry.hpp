// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
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

  std::int64_t weight_bytes() const {
    return weights ? std::ssize(weights->values) * static_cast<std::int64_t>(sizeof(double)) : 0;
  }
};

/// How much of the memory each analysis may keep weights in.
inline std::int64_t most_weight_bytes(std::int64_t memory_bytes, std::size_t analyses) {
  return memory_bytes / 8 / static_cast<std::int64_t>(analyses);
}

/// `most_weight_bytes`: weights of a dataset are kept up to so many bytes.
/// Errors: UsageError for a dimension that is not there, given twice, or both in groups and in blocks; InputError for a
/// coordinate that is absent or cannot be understood.
ArrayGeometry array_geometry(const ArrayOptions& options, const Input& input, std::int64_t most_weight_bytes);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/array_bundles.hpp"
#include "driver/array_output.hpp"

namespace scatterfold {

/// What a job of arrays is about to do. A run and `plan` both make it before any data is read, so that `plan` says what
/// a run does, and refuses what a run would, with the same line.
class PreparedArrays {
 public:
  /// `folds` need not know yet what first passes find. Errors: as array_geometry and ArrayOutput.
  PreparedArrays(const Job& job, const Input& input, const Folds& folds, std::int64_t memory_bytes,
                 std::string command_line);

  /// Now they do.
  void bind(const Folds& folds);

  /// What one rank finds out for all: whether the output at `path` (empty: none) can be made, and how many positions a
  /// pass of each bundle has at most. Errors: as check_array_file; ResourceError for chunks of the
  /// output that the memory is too small for.
  std::vector<std::int64_t> settle(const Folds& folds, const std::string& path) const;

  /// What is left of the rank's memory beside the weights that are kept.
  std::int64_t memory_bytes() const { return memory_bytes_; }
  const std::vector<ArrayBundle>& bundles() const { return bundles_; }
  ArrayOutput& output() { return *output_; }
  const ArrayOutput& output() const { return *output_; }

 private:
  std::int64_t positions_of(const ArrayBundle& bundle, const Folds& folds) const;

  const Job& job_;
  const Input& input_;
  std::string command_line_;
  std::vector<ArrayBundle> bundles_;
  std::int64_t memory_bytes_;
  std::optional<ArrayOutput> output_;  ///< also where nothing is written: what it would be
};

}  // namespace scatterfold

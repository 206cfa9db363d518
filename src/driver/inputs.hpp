// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/open_input.hpp"
#include "source/broadcast_source.hpp"
#include "source/element_places.hpp"
#include "user/loaded_map.hpp"

namespace scatterfold {

/// All that a job folds: a dataset, or what its function makes of some.
struct Inputs {
  std::vector<std::string> names;        ///< what the function calls them
  std::vector<Input> all;                ///< in the order given; of the places alone none
  DatasetInfo whole;                     ///< that of the only one; of several the shape and the names of dimensions
  Hyperslab selection;                   ///< of the whole
  std::optional<std::size_t> frame;      ///< the input that the whole is cut like; else it is contiguous
  std::unique_ptr<Partition> grid = {};  ///< of the whole, where no input is the frame
  std::unique_ptr<ElementPlaces> places = {};                    ///< of the whole
  std::vector<std::unique_ptr<BroadcastSource>> broadcast = {};  ///< null for those that are cut like the whole
  std::unique_ptr<LoadedMap> map = {};  ///< of the job's kernel or expression, where processors compute it
  std::unique_ptr<Source> mapped = {};  ///< what that makes of the inputs (apply_user_code)

  const Partition& partition() const { return places->partition(); }
  /// Each input, cut as the whole is.
  std::vector<const Source*> sources() const;
  /// What is folded.
  const Source& values() const { return mapped ? *mapped : *all.front().source; }
  std::size_t file_count() const;
  /// Whether all units are chunks: of several files, one that is not chunked is a unit.
  bool all_chunks() const;
  /// Bytes of an element of the whole, for the size of runs.
  std::int64_t frame_bytes() const;
  /// Bytes of the selected elements of all, as they are in memory.
  double element_bytes() const;
};

/// What inputs may take that are not cut like the whole.
struct InputMemory {
  std::int64_t bytes;  ///< of the process
  int threads;         ///< that read
};

/// Opens the datasets of a job (input_jobs), finds the shape that they have together,
/// and selects from it. Errors: as open_input; InputError where shapes do not go together.
Inputs open_inputs(const Job& job, const InputFiles& files, const InputMemory& memory);

}  // namespace scatterfold

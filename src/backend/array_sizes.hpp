// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "backend/array_matrix.hpp"
#include "fold/fold.hpp"

namespace scatterfold {

/// How an array is cut for the workers of a process, by their memory and the caches. Trivially copyable: one rank
/// decides, all do so. Nothing of it shows in a result.
struct ArraySizes {
  std::int64_t wanted_positions = 1, most_positions = 1;  ///< of a tile
  ArrayLimits limits;
  int workers = 1;                  ///< fewer than there are threads where chunks are too large for more
  std::int64_t exchange_bytes = 1;  ///< of states that ranks send one another at a time, on any rank
};

/// Elements that are best folded at a time, in bytes: what a core's cache holds, and what a copy to a GPU takes.
inline constexpr std::int64_t host_array_bytes = std::int64_t{1} << 20, gpu_array_bytes = std::int64_t{8} << 20;

/// `memory_bytes` is what one process may use, `at_once` one of the numbers above.
ArraySizes array_sizes(const JoinedSource& source, const Reduction& reduction, const std::vector<const Fold*>& folds,
                       std::int64_t memory_bytes, std::int64_t at_once, int threads, int ranks);

/// The array's tasks, cut so.
ArrayTasks array_tasks(const JoinedSource& source, const std::vector<std::int64_t>& shape, const Reduction& reduction,
                       const ArraySizes& sizes);

/// What the workers of a process need at most, beside results.
std::int64_t folding_bytes(const JoinedSource& source, const ArrayTasks& tasks, const std::vector<const Fold*>& folds,
                           const ArraySizes& sizes);

/// What a position of a pass needs on rank 0 until it is written.
std::int64_t result_bytes(const Reduction& reduction, const std::vector<const Fold*>& folds);
/// The most positions that a pass may have, so that results of `folds` fit.
std::int64_t positions_of_pass(const Reduction& reduction, const std::vector<const Fold*>& folds,
                               std::int64_t memory_bytes);

}  // namespace scatterfold

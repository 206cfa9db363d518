// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/prepared_arrays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "backend/array_sizes.hpp"
#include "base/error.hpp"

namespace scatterfold {

PreparedArrays::PreparedArrays(const Job& job, const Input& input, const Folds& folds, std::int64_t memory_bytes,
                               std::string command_line)
    : job_(job),
      input_(input),
      command_line_(std::move(command_line)),
      bundles_(array_bundles(job, input, memory_bytes)),
      memory_bytes_(memory_bytes) {
  for (const ArrayBundle& bundle : bundles_) memory_bytes_ -= bundle.geometry.weight_bytes();
  memory_bytes_ = std::max<std::int64_t>(1, memory_bytes_);
  bind(folds);
}

void PreparedArrays::bind(const Folds& folds) { output_.emplace(job_, input_, bundles_, folds, command_line_); }

std::vector<std::int64_t> PreparedArrays::settle(const Folds& folds, const std::string& path) const {
  if (!path.empty()) output_->check(path);
  std::vector<std::int64_t> positions;
  for (const ArrayBundle& bundle : bundles_) positions.push_back(positions_of(bundle, folds));
  return positions;
}

/// Whole chunks of the output, where the memory is enough for them; else chunks are packed more than once.
std::int64_t PreparedArrays::positions_of(const ArrayBundle& bundle, const Folds& folds) const {
  const std::int64_t most = positions_of_pass(bundle.geometry.reduction, bundle.folds_of(folds), memory_bytes_);
  if (job_.output.empty()) return most;
  std::int64_t chunks = 1;
  for (const std::size_t a : bundle.analyses) chunks = std::max(chunks, output_->positions_of_chunks(a));
  if (chunks > 2 * most && !job_.storage.chunks.empty()) {  // most is for half of the memory
    throw ResourceError(
        fmt::format("a row of the output's chunks has {} positions, and the memory is for {}: give shorter --chunks, "
                    "or more --memory",
                    chunks, 2 * most));
  }
  return chunks > 2 * most ? most : std::max(most / chunks * chunks, chunks);
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "backend/backend.hpp"
#include "backend/cuda/handles.hpp"
#include "measure/resident.hpp"
#include "partition/partition.hpp"

namespace scatterfold::bench {

/// One rank's share of a large contiguous dataset that is spread over the GPUs of a team. Elements are computed from
/// their global index, so the dataset is the same for any number of ranks.
class ResidentShare {
 public:
  ResidentShare(ElementType type, std::int64_t total_elements, int rank, int ranks);

  std::int64_t total_bytes() const { return total_elements_ * size_of(type_); }

  /// Folds the share into a fresh partial: seconds from the first launch to the last state in the forest (or cell in
  /// the table). Runs take turns on two streams, so that the joins of one run hide behind the next.
  double fold(const Fold& fold, Partial& partial);

 private:
  const ResidentPiece& piece(std::int64_t run) const;

  ElementType type_;
  std::int64_t total_elements_;
  Share share_;
  cuda::Buffer data_, states_;
  std::optional<ResidentPiece> full_, last_;  ///< the dataset's last run may be shorter
  cuda::Stream streams_[2];
  cuda::DeviceFold::Scratch scratch_[2];
};

}  // namespace scatterfold::bench

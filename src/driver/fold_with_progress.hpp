// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "backend/backend.hpp"
#include "driver/job.hpp"

namespace scatterfold {

class Team;

/// What a rank did in all passes.
struct RankWork : WorkTimes {
  double fold_s = 0;               ///< without waiting for other ranks
  std::int64_t runs = 0;           ///< of segments, that it handed out to its threads
  std::int64_t storage_bytes = 0;  ///< see storage_bytes_read
};

/// Does `fold`, whose rank has `part` (0 to 1) of all elements, while rank 0 shows how far it is; adds to `work`.
void with_progress(const Job& job, const Team& team, std::int64_t elements, std::int64_t element_bytes, double part,
                   RankWork& work, const std::function<WorkTimes(FoldProgress&)>& fold);

/// Folds the share while rank 0 shows how far it is; adds to `work`.
void fold_with_progress(const Job& job, const Team& team, const Source& source, const std::vector<const Fold*>& folds,
                        const Share& share, Backend& backend, std::vector<Partial>& partials, RankWork& work);

}  // namespace scatterfold

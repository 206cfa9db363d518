// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/empty_runs.hpp"

#include <algorithm>
#include <cstddef>

namespace scatterfold {

std::int64_t next_run_with_elements(const Partition& partition, const Share& share, std::int64_t run) {
  if (run >= share.last_run) return share.last_run;
  const std::int64_t segment = partition.next_with_elements(share.run(run).first);
  return segment < share.segments ? std::min(segment >> share.level, share.last_run) : share.last_run;
}

void insert_empty_runs(const std::vector<const Fold*>& folds, const Share& share, std::int64_t first, std::int64_t last,
                       std::vector<Partial>& partials) {
  while (first < last) {
    int more = 0;  // levels above the share's
    while (first % (std::int64_t{2} << more) == 0 && (std::int64_t{2} << more) <= last - first) ++more;
    for (std::size_t f = 0; f < folds.size(); ++f) {
      if (folds[f]->state_bytes() == 0) continue;
      std::vector<std::byte> state(static_cast<std::size_t>(folds[f]->state_bytes()));
      folds[f]->identity(state.data());
      partials[f].forest.insert(share.level + more, share.run(first).first, state.data());
    }
    first += std::int64_t{1} << more;
  }
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/combine.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "base/float_environment.hpp"
#include "team/nccl.hpp"
#include "team/team.hpp"

namespace scatterfold {

std::vector<Result> combine(Team& team, GpuTeam* gpus, const std::vector<const Fold*>& folds,
                            std::vector<Partial>& partials) {
  const auto ranks = static_cast<std::size_t>(team.size());
  std::vector<std::vector<std::byte>> mine(folds.size());
  std::vector<std::int64_t> sizes(folds.size() * ranks);  // of the states of each fold, rank by rank; for NCCL
  const auto sizes_of = [&](std::size_t f) { return std::span<const std::int64_t>(sizes).subspan(f * ranks, ranks); };
  team.phase("combine", [&] {
    for (std::size_t f = 0; f < folds.size(); ++f) {
      mine[f] = partials[f].forest.bytes();
      sizes[f * ranks + static_cast<std::size_t>(team.rank())] = static_cast<std::int64_t>(mine[f].size());
    }
  });
  if (gpus != nullptr) {
    // A rank that fails alone before an operation of NCCL leaves the others in it until their deadline: what can fail
    // so is done and agreed on before the first.
    team.sum(sizes);
    team.phase("combine", [&] {
      for (std::size_t f = 0; f < folds.size(); ++f)
        gpus->reserve(static_cast<std::int64_t>(std::span(partials[f].cells).size_bytes()),
                      std::ranges::max(sizes_of(f)));
    });
  }
  std::vector<Result> results;
  for (std::size_t f = 0; f < folds.size(); ++f) {
    std::vector<std::vector<std::byte>> forests;
    if (gpus != nullptr) {
      team.phase("combine", [&] {
        if (folds[f]->slots() > 0) gpus->sum(partials[f].cells);
        if (folds[f]->state_bytes() > 0) forests = gpus->gather(mine[f], sizes_of(f));
      });
    } else {
      if (folds[f]->slots() > 0) team.sum(partials[f].cells);
      if (folds[f]->state_bytes() > 0) forests = team.gather(mine[f]);
    }
    team.phase("finish", [&] {
      if (team.rank() != 0) return;
      const DefaultFloatEnvironment environment;
      Forest forest(*folds[f]);
      for (const std::vector<std::byte>& bytes : forests) forest.absorb(bytes);
      std::vector<std::byte> state(static_cast<std::size_t>(folds[f]->state_bytes()));
      if (!state.empty()) forest.root(state.data());
      results.push_back(folds[f]->finish(state.data(), partials[f].cells));
    });
  }
  return results;
}

}  // namespace scatterfold

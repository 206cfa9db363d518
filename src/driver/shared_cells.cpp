// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/shared_cells.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "base/byte_parts.hpp"
#include "team/nccl.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

struct Range {
  std::int64_t first, count;
};

/// A cell that several ranks have tasks of.
struct SharedCell {
  std::int64_t cell, positions;
  std::vector<int> ranks;

  std::int64_t slice(std::size_t part) const { return positions * static_cast<std::int64_t>(part) / std::ssize(ranks); }
  std::int64_t longest_slice() const { return positions / std::ssize(ranks) + 1; }

  /// What the rank at this place finishes in a round of `most` positions; none where it is done.
  Range positions_of(std::size_t part, std::int64_t round, std::int64_t most) const {
    const std::int64_t end = slice(part + 1), first = std::min(end, slice(part) + round * most);
    return {first, std::min(most, end - first)};
  }

  /// Where a rank stands among those that share the cell, or nothing.
  std::optional<std::size_t> place_of(int rank) const {
    const auto found = std::find(ranks.begin(), ranks.end(), rank);
    if (found == ranks.end()) return std::nullopt;
    return static_cast<std::size_t>(found - ranks.begin());
  }
};

std::vector<SharedCell> shared_cells(const ArrayTasks& tasks, const std::vector<std::int64_t>& cuts) {
  std::vector<SharedCell> shared;
  for (std::size_t i = 1; i + 1 < cuts.size(); ++i) {
    if (cuts[i] == 0 || cuts[i] >= tasks.count()) continue;
    const std::int64_t cell = tasks.cell_of(tasks.task(cuts[i]));
    const auto [first, last] = tasks.tasks_of(cell);
    if (cuts[i] == first || (!shared.empty() && shared.back().cell == cell)) continue;
    SharedCell found{cell, tasks.tiles().tile(tasks.tile_of(cell)).elements(), {}};
    for (std::size_t r = 0; r + 1 < cuts.size(); ++r) {
      if (std::max(cuts[r], first) < std::min(cuts[r + 1], last)) found.ranks.push_back(static_cast<int>(r));
    }
    shared.push_back(std::move(found));
  }
  return shared;
}

/// How many positions a rank finishes of a cell in a round. A rank has a part of two shared cells at most, but the
/// first one of a forked team passes on what all send one another.
std::int64_t positions_of_round(const std::vector<SharedCell>& shared, bool by_first_rank, std::int64_t position_bytes,
                                std::int64_t exchange_bytes) {
  std::int64_t all = 0, own = 0;
  for (const SharedCell& cell : shared) {
    const std::int64_t sharing = std::ssize(cell.ranks);
    all += sharing * sharing;
    own = std::max(own, 2 * sharing);
  }
  const std::int64_t shares = 2 * (by_first_rank ? all : own);  // as they come, and as they go
  return std::max<std::int64_t>(1, exchange_bytes / shares / std::max<std::int64_t>(1, position_bytes));
}

/// Shares follow one another, each behind its length.
void append_share(const ArrayCollector& collector, std::int64_t cell, const Range& range, std::vector<std::byte>& to) {
  const auto size = static_cast<std::uint64_t>(collector.share_bytes(cell, range.count));
  if (to.empty()) to.reserve(sizeof size + size);
  append_value(size, to);
  collector.share(cell, range.first, range.count, to);
}

/// A round, from the side of one rank.
struct Round {
  std::int64_t number, most;
  int rank, ranks;
};

/// For every rank what it is to join: a share of each cell that both it and this one have tasks of, in their order.
std::vector<std::vector<std::byte>> shares_for_all(const std::vector<SharedCell>& shared,
                                                   const ArrayCollector& collector, const Round& round) {
  std::vector<std::vector<std::byte>> to(static_cast<std::size_t>(round.ranks));
  for (const SharedCell& cell : shared) {
    if (!cell.place_of(round.rank)) continue;
    for (std::size_t part = 0; part < cell.ranks.size(); ++part) {
      const Range range = cell.positions_of(part, round.number, round.most);
      if (range.count > 0) append_share(collector, cell.cell, range, to[static_cast<std::size_t>(cell.ranks[part])]);
    }
  }
  return to;
}

void finish_shares(const std::vector<SharedCell>& shared, const ArrayCollector& collector, const Round& round,
                   int threads, const std::vector<std::vector<std::byte>>& arrived) {
  std::vector<std::span<const std::byte>> from(arrived.begin(), arrived.end());
  for (const SharedCell& cell : shared) {
    const std::optional<std::size_t> part = cell.place_of(round.rank);
    if (!part) continue;
    const Range range = cell.positions_of(*part, round.number, round.most);
    if (range.count == 0) continue;
    std::vector<std::span<const std::byte>> shares;
    for (const int r : cell.ranks) shares.push_back(take_part(from[static_cast<std::size_t>(r)]));
    collector.finish(cell.cell, range.first, range.count, shares, threads);
  }
}

/// As Team::exchange. What can fail on one rank alone is agreed on before the ranks wait for one another in NCCL.
std::vector<std::vector<std::byte>> exchange(Team& team, GpuTeam* gpus, std::vector<std::vector<std::byte>> to) {
  if (gpus == nullptr) return team.exchange(std::move(to));
  std::vector<std::vector<std::byte>> sizes;
  team.phase("combine", [&] {
    for (const std::vector<std::byte>& bytes : to) append_value(std::uint64_t{bytes.size()}, sizes.emplace_back());
  });
  sizes = team.exchange(std::move(sizes));
  team.phase("combine", [&] {
    std::vector<std::int64_t> arriving(sizes.size());
    for (std::size_t r = 0; r < sizes.size(); ++r) std::memcpy(&arriving[r], sizes[r].data(), sizeof arriving[r]);
    gpus->reserve_exchange(to, arriving);
  });
  std::vector<std::vector<std::byte>> arrived;
  team.phase("combine", [&] { arrived = gpus->exchange(std::move(to)); });
  return arrived;
}

}  // namespace

void join_shared_cells(Team& team, const ArrayTasks& tasks, std::int64_t exchange_bytes, int threads, GpuTeam* gpus,
                       ArrayCollector& collector) {
  std::vector<SharedCell> shared;
  std::int64_t most = 1, rounds = 0;
  team.phase("combine", [&] {
    shared = shared_cells(tasks, tasks.cuts(team.size()));
    if (shared.empty()) return;
    most = positions_of_round(shared, team.kind() == "forked", collector.most_share_bytes(), exchange_bytes);
    for (const SharedCell& cell : shared) rounds = std::max(rounds, (cell.longest_slice() + most - 1) / most);
  });
  for (std::int64_t number = 0; number < rounds; ++number) {
    const Round round{number, most, team.rank(), team.size()};
    std::vector<std::vector<std::byte>> shares;
    team.phase("combine", [&] { shares = shares_for_all(shared, collector, round); });
    const std::vector<std::vector<std::byte>> arrived = exchange(team, gpus, std::move(shares));
    team.phase("finish", [&] { finish_shares(shared, collector, round, threads, arrived); });
  }
}

}  // namespace scatterfold

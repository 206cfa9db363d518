// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_pass.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "backend/backend.hpp"
#include "base/float_environment.hpp"
#include "team/bundle.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// A cell that several ranks have tasks of.
struct SharedCell {
  std::int64_t cell, positions;
  std::vector<int> ranks;

  std::int64_t slice(std::size_t part) const { return positions * static_cast<std::int64_t>(part) / std::ssize(ranks); }
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

/// Where a rank stands among those that share a cell, or nothing.
std::optional<std::size_t> place_in(const SharedCell& cell, int rank) {
  const auto found = std::find(cell.ranks.begin(), cell.ranks.end(), rank);
  if (found == cell.ranks.end()) return std::nullopt;
  return static_cast<std::size_t>(found - cell.ranks.begin());
}

/// For every rank what it is to join: a share of each cell that both it and this one have tasks of, in their order.
std::vector<std::vector<std::byte>> shares_for_all(const std::vector<SharedCell>& shared,
                                                   const ArrayCollector& collector, int rank, int ranks) {
  std::vector<std::vector<std::vector<std::byte>>> to(static_cast<std::size_t>(ranks));
  for (const SharedCell& cell : shared) {
    if (!place_in(cell, rank)) continue;
    for (std::size_t part = 0; part < cell.ranks.size(); ++part) {
      const std::int64_t first = cell.slice(part), count = cell.slice(part + 1) - first;
      to[static_cast<std::size_t>(cell.ranks[part])].push_back(collector.share(cell.cell, first, count));
    }
  }
  std::vector<std::vector<std::byte>> bundles;
  for (const auto& parts : to) bundles.push_back(parts.empty() ? std::vector<std::byte>{} : bundle(parts));
  return bundles;
}

void finish_shares(const std::vector<SharedCell>& shared, ArrayCollector& collector, int rank,
                   const std::vector<std::vector<std::byte>>& arrived) {
  std::vector<std::vector<std::vector<std::byte>>> from;
  for (const std::vector<std::byte>& bytes : arrived)
    from.push_back(bytes.empty() ? std::vector<std::vector<std::byte>>{} : unbundle(bytes));
  std::vector<std::size_t> next(from.size(), 0);
  for (const SharedCell& cell : shared) {
    const std::optional<std::size_t> part = place_in(cell, rank);
    if (!part) continue;
    std::vector<std::vector<std::byte>> shares;
    for (const int r : cell.ranks) {
      const auto sender = static_cast<std::size_t>(r);
      shares.push_back(std::move(from[sender].at(next[sender]++)));
    }
    const std::int64_t first = cell.slice(*part), count = cell.slice(*part + 1) - first;
    collector.finished().push_back(collector.finish(cell.cell, first, count, shares));
  }
}

template <class T>
void put(std::vector<std::byte>& bytes, std::span<const T> values) {
  const auto count = static_cast<std::uint64_t>(values.size());
  const auto* head = reinterpret_cast<const std::byte*>(&count);
  bytes.insert(bytes.end(), head, head + sizeof count);
  const auto raw = std::as_bytes(values);
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

template <class T>
std::vector<T> take(std::span<const std::byte>& bytes) {
  std::uint64_t count;
  std::memcpy(&count, bytes.data(), sizeof count);
  std::vector<T> values(count);
  if (count > 0) std::memcpy(values.data(), bytes.data() + sizeof count, count * sizeof(T));
  bytes = bytes.subspan(sizeof count + count * sizeof(T));
  return values;
}

std::vector<std::byte> to_bytes(const std::vector<FinishedCell>& cells) {
  std::vector<std::byte> bytes;
  for (const FinishedCell& cell : cells) {
    const std::int64_t head[3] = {cell.cell, cell.first, cell.count};
    put<std::int64_t>(bytes, head);
    const std::int64_t folds = std::ssize(cell.folds);
    put<std::int64_t>(bytes, {&folds, 1});
    for (const FinishedCell::Values& values : cell.folds) {
      const std::int64_t fields = std::ssize(values.fields);
      put<std::int64_t>(bytes, {&fields, 1});
      for (const auto& field : values.fields) put<std::uint64_t>(bytes, field);
      put<std::uint8_t>(bytes, values.empty);
    }
  }
  return bytes;
}

std::vector<FinishedCell> from_bytes(std::span<const std::byte> bytes) {
  std::vector<FinishedCell> cells;
  while (!bytes.empty()) {
    const std::vector<std::int64_t> head = take<std::int64_t>(bytes);
    FinishedCell cell{head.at(0), head.at(1), head.at(2), {}};
    cell.folds.resize(static_cast<std::size_t>(take<std::int64_t>(bytes).at(0)));
    for (FinishedCell::Values& values : cell.folds) {
      values.fields.resize(static_cast<std::size_t>(take<std::int64_t>(bytes).at(0)));
      for (auto& field : values.fields) field = take<std::uint64_t>(bytes);
      values.empty = take<std::uint8_t>(bytes);
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace

std::vector<std::int64_t> agree_on_positions(Team& team, const PreparedArrays& prepared, const Folds& folds,
                                             std::int64_t memory_bytes, const std::string& path) {
  std::vector<std::byte> bytes;
  team.phase("plan", [&] {
    if (team.rank() == 0) put<std::int64_t>(bytes, prepared.settle(folds, memory_bytes, path));
  });
  team.broadcast(bytes);
  std::span<const std::byte> all(bytes);
  return take<std::int64_t>(all);
}

ArraySizes agree_on_sizes(Team& team, const Input& input, const Reduction& reduction,
                          const std::vector<const Fold*>& folds, std::int64_t memory_bytes, const Backend& backend) {
  std::vector<std::byte> bytes;
  team.phase("plan", [&] {
    if (team.rank() != 0) return;
    const ArraySizes sizes = array_sizes(*input.source, reduction, folds, memory_bytes, backend.array_bytes(),
                                         backend.threads(), team.size());
    const auto raw = std::as_bytes(std::span(&sizes, 1));
    bytes.assign(raw.begin(), raw.end());
  });
  team.broadcast(bytes);
  ArraySizes sizes;
  std::memcpy(&sizes, bytes.data(), sizeof sizes);
  return sizes;
}

std::vector<FinishedCell> fold_array_part(Team& team, const ArrayTasks& tasks, const ArraySizes& sizes,
                                          const std::vector<const Fold*>& folds, const FoldTasks& fold) {
  std::vector<SharedCell> shared;
  ArrayCollector collector(tasks, folds);
  std::vector<std::vector<std::byte>> shares;
  team.phase("fold", [&] {
    const std::vector<std::int64_t> cuts = tasks.cuts(team.size());
    shared = shared_cells(tasks, cuts);
    const auto rank = static_cast<std::size_t>(team.rank());
    fold(tasks, cuts[rank], cuts[rank + 1], sizes, collector);
  });
  if (!shared.empty()) {
    team.phase("combine", [&] { shares = shares_for_all(shared, collector, team.rank(), team.size()); });
    const std::vector<std::vector<std::byte>> arrived = team.exchange(shares);
    team.phase("finish", [&] {
      const DefaultFloatEnvironment environment;
      finish_shares(shared, collector, team.rank(), arrived);
    });
  }
  return std::move(collector.finished());
}

std::vector<FinishedCell> gather_finished(Team& team, std::vector<FinishedCell> mine) {
  if (team.size() == 1) return mine;
  std::vector<std::byte> bytes;
  team.phase("combine", [&] {
    if (team.rank() != 0) bytes = to_bytes(mine);
  });
  const auto all = team.gather(bytes);
  team.phase("combine", [&] {
    if (team.rank() != 0) return;
    for (const std::vector<std::byte>& cells : all) {
      for (FinishedCell& cell : from_bytes(cells)) mine.push_back(std::move(cell));
    }
  });
  return team.rank() == 0 ? std::move(mine) : std::vector<FinishedCell>{};
}

}  // namespace scatterfold

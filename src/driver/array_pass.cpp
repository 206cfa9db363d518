// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_pass.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "backend/backend.hpp"
#include "driver/shared_cells.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

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

std::size_t size_as_bytes(const std::vector<FinishedCell>& cells) {
  constexpr std::size_t count = sizeof(std::uint64_t);
  std::size_t size = 0;
  for (const FinishedCell& cell : cells) {
    size += 6 * count;
    for (const FinishedCell::Values& values : cell.folds) {
      size += 3 * count + values.empty.size();
      for (const auto& field : values.fields) size += count + field.size() * sizeof field[0];
    }
  }
  return size;
}

std::vector<std::byte> to_bytes(std::vector<FinishedCell> cells) {
  std::vector<std::byte> bytes;
  bytes.reserve(size_as_bytes(cells));
  for (FinishedCell& cell : cells) {
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
    cell = {};
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
                                             const std::string& path) {
  std::vector<std::byte> bytes;
  team.phase("plan", [&] {
    if (team.rank() == 0) put<std::int64_t>(bytes, prepared.settle(folds, path));
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
  ArrayCollector collector(tasks, folds);
  team.phase("fold", [&] {
    const std::vector<std::int64_t> cuts = tasks.cuts(team.size());
    const auto rank = static_cast<std::size_t>(team.rank());
    fold(tasks, cuts[rank], cuts[rank + 1], sizes, collector);
  });
  join_shared_cells(team, tasks, sizes.exchange_bytes, collector);
  return std::move(collector.finished());
}

std::vector<FinishedCell> gather_finished(Team& team, std::vector<FinishedCell> mine) {
  if (team.size() == 1) return mine;
  std::vector<std::byte> bytes;
  team.phase("combine", [&] {
    if (team.rank() != 0) bytes = to_bytes(std::move(mine));
  });
  auto all = team.gather(bytes);
  team.phase("combine", [&] {
    if (team.rank() != 0) return;
    for (std::vector<std::byte>& cells : all) {
      for (FinishedCell& cell : from_bytes(cells)) mine.push_back(std::move(cell));
      cells = {};
    }
  });
  return team.rank() == 0 ? std::move(mine) : std::vector<FinishedCell>{};
}

}  // namespace scatterfold

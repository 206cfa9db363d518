// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_pass.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "backend/backend.hpp"
#include "backend/on_threads.hpp"
#include "base/byte_parts.hpp"
#include "driver/shared_cells.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

template <class T>
void put(std::vector<std::byte>& bytes, std::span<const T> values) {
  append_value(std::uint64_t{values.size()}, bytes);
  const auto raw = std::as_bytes(values);
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

template <class T>
LargeArray<T> take(std::span<const std::byte>& bytes) {
  LargeArray<T> values(take_value<std::uint64_t>(bytes));
  const std::size_t size = values.size() * sizeof(T);
  if (size > 0) std::memcpy(values.data(), bytes.data(), size);
  bytes = bytes.subspan(size);
  return values;
}

std::size_t size_as_bytes(const FinishedCell& cell) {
  constexpr std::size_t count = sizeof(std::uint64_t);
  std::size_t size = 6 * count;
  for (const FinishedCell::Values& values : cell.folds) {
    size += 3 * count + values.empty.size();
    for (const auto& field : values.fields) size += count + field.size() * sizeof field[0];
  }
  return size;
}

/// Each cell behind its length.
std::vector<std::byte> to_bytes(std::vector<FinishedCell> cells) {
  std::size_t size = 0;
  for (const FinishedCell& cell : cells) size += size_as_bytes(cell) + sizeof(std::uint64_t);
  std::vector<std::byte> bytes;
  bytes.reserve(size);
  for (FinishedCell& cell : cells) {
    append_value(std::uint64_t{size_as_bytes(cell)}, bytes);
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

/// Cuts them apart again.
std::vector<std::span<const std::byte>> cells_of(std::span<const std::byte> bytes) {
  std::vector<std::span<const std::byte>> cells;
  while (!bytes.empty()) cells.push_back(take_part(bytes));
  return cells;
}

FinishedCell from_bytes(std::span<const std::byte> bytes) {
  const auto head = take<std::int64_t>(bytes);
  FinishedCell cell{head.at(0), head.at(1), head.at(2), {}};
  cell.folds.resize(static_cast<std::size_t>(take<std::int64_t>(bytes).at(0)));
  for (FinishedCell::Values& values : cell.folds) {
    values.fields.resize(static_cast<std::size_t>(take<std::int64_t>(bytes).at(0)));
    for (auto& field : values.fields) field = take<std::uint64_t>(bytes);
    values.empty = take<std::uint8_t>(bytes);
  }
  return cell;
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
  const auto positions = take<std::int64_t>(all);
  return {positions.begin(), positions.end()};
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

void fold_array_part(Team& team, const ArrayTasks& tasks, const ArraySizes& sizes,
                     const std::vector<const Fold*>& folds, int threads, GpuTeam* gpus, const FoldTasks& fold,
                     const CellSink& sink) {
  ArrayCollector collector(tasks, folds, sink);
  team.phase("fold", [&] {
    const std::vector<std::int64_t> cuts = tasks.cuts(team.size());
    const auto rank = static_cast<std::size_t>(team.rank());
    fold(cuts[rank], cuts[rank + 1], collector);
  });
  join_shared_cells(team, tasks, sizes.exchange_bytes, threads, gpus, collector);
}

void gather_finished(Team& team, std::vector<FinishedCell> mine, int threads, PartValues* all) {
  if (team.size() == 1) return;
  std::vector<std::byte> bytes;
  team.phase("combine", [&] {
    if (team.rank() != 0) bytes = to_bytes(std::move(mine));
  });
  auto arrived = team.gather(bytes);
  team.phase("combine", [&] {
    if (team.rank() != 0) return;
    for (std::vector<std::byte>& one : arrived) {
      const std::vector<std::span<const std::byte>> cells = cells_of(one);
      for_each_on_threads(threads, std::ssize(cells),
                          [&](std::int64_t c) { all->take(from_bytes(cells[static_cast<std::size_t>(c)])); });
      one = {};
    }
  });
}

}  // namespace scatterfold

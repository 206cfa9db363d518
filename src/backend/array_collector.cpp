// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/array_collector.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

#include "backend/on_threads.hpp"
#include "base/byte_parts.hpp"
#include "base/float_environment.hpp"

namespace scatterfold {
namespace {

/// States and tables of ranks are joined so many bytes at a time, which stay in a cache.
constexpr std::int64_t joined_bytes = std::int64_t{4} << 20;

/// Adds cells that travel as bytes, without alignment.
void add_cells(std::vector<std::int64_t>& table, std::span<const std::byte> bytes) {
  for (std::size_t c = 0; c < bytes.size() / sizeof(std::int64_t); ++c) {
    std::int64_t more;
    std::memcpy(&more, bytes.data() + c * sizeof more, sizeof more);
    table[c] += more;
  }
}

}  // namespace

ArrayCollector::ArrayCollector(const ArrayTasks& tasks, std::vector<const Fold*> folds, CellSink sink)
    : tasks_(tasks), folds_(std::move(folds)), sink_(std::move(sink)) {}

std::int64_t ArrayCollector::positions_of(std::int64_t cell) const {
  return tasks_.tiles().tile(tasks_.tile_of(cell)).elements();
}

std::unique_ptr<ArrayCollector::Cell> ArrayCollector::make_cell(std::int64_t positions) const {
  auto cell = std::make_unique<Cell>();
  for (const Fold* fold : folds_) {
    cell->forests.emplace_back(*fold, positions);
    cell->tables.emplace_back(static_cast<std::size_t>(positions * fold->slots()), 0);
  }
  return cell;
}

void ArrayCollector::add(const ArrayTask& task, const std::vector<const std::byte*>& states) {
  const std::int64_t number = tasks_.cell_of(task);
  const auto [first, last] = tasks_.tasks_of(number);
  if (last - first == 1) return finish_states(number, 0, positions_of(number), states);  // nothing to join
  Cell* cell = nullptr;
  {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Cell>& found = open_[number];
    if (!found) found = make_cell(positions_of(number));
    cell = found.get();
  }
  {
    const std::lock_guard lock(cell->mutex);
    for (std::size_t f = 0; f < folds_.size(); ++f) {
      if (folds_[f]->state_bytes() > 0) {
        cell->forests[f].insert(0, task.segment, states[f]);
      } else {
        add_cells(cell->tables[f], {states[f], cell->tables[f].size() * sizeof(std::int64_t)});
      }
    }
    if (++cell->tasks < last - first) return;
  }
  finish(number, 0, positions_of(number), *cell);
  const std::lock_guard lock(mutex_);
  open_.erase(number);
}

void ArrayCollector::finish(std::int64_t cell, std::int64_t first, std::int64_t count, const Cell& parts) const {
  std::vector<std::vector<std::byte>> roots;
  std::vector<const std::byte*> states;
  for (std::size_t f = 0; f < folds_.size(); ++f) {
    std::vector<std::byte>& root = roots.emplace_back(static_cast<std::size_t>(count * folds_[f]->state_bytes()));
    if (!root.empty()) parts.forests[f].root(root.data());
    states.push_back(folds_[f]->state_bytes() > 0 ? root.data()
                                                  : reinterpret_cast<const std::byte*>(parts.tables[f].data()));
  }
  finish_states(cell, first, count, states);
}

void ArrayCollector::finish_states(std::int64_t cell, std::int64_t first, std::int64_t count,
                                   const std::vector<const std::byte*>& states) const {
  FinishedCell done{cell, first, count, {}};
  const std::int64_t most = tasks_.reduction().most_elements();
  for (std::size_t f = 0; f < folds_.size(); ++f) {
    const Fold& fold = *folds_[f];
    FinishedCell::Values values;
    std::vector<std::uint64_t*> out;
    for (const ArrayField& field : fold.array_fields(most))
      values.fields.emplace_back(static_cast<std::size_t>(count * field.width()));
    for (auto& field : values.fields) out.push_back(field.data());
    values.empty.resize(static_cast<std::size_t>(count));
    fold.finish_each(states[f], reinterpret_cast<const std::int64_t*>(states[f]), count, most, out,
                     values.empty.data());
    done.folds.push_back(std::move(values));
  }
  sink_(std::move(done));
}

void ArrayCollector::share(std::int64_t cell, std::int64_t first, std::int64_t count,
                           std::vector<std::byte>& to) const {
  const auto found = open_.find(cell);
  if (found == open_.end()) return;
  for (std::size_t f = 0; f < folds_.size(); ++f) {
    const ShareHead head = head_of(*found->second, f, count);
    append_value(head, to);
    if (head.state_bytes > 0) found->second->forests[f].append(first, count, to);
    if (head.table_bytes == 0) continue;
    const auto* table =
        reinterpret_cast<const std::byte*>(found->second->tables[f].data() + first * folds_[f]->slots());
    to.insert(to.end(), table, table + head.table_bytes);
  }
}

std::int64_t ArrayCollector::share_bytes(std::int64_t cell, std::int64_t count) const {
  const auto found = open_.find(cell);
  std::int64_t bytes = 0;
  if (found == open_.end()) return bytes;
  for (std::size_t f = 0; f < folds_.size(); ++f) {
    const ShareHead head = head_of(*found->second, f, count);
    bytes += static_cast<std::int64_t>(sizeof head) + head.state_bytes + head.table_bytes;
  }
  return bytes;
}

ArrayCollector::ShareHead ArrayCollector::head_of(const Cell& cell, std::size_t fold, std::int64_t count) const {
  const Fold& of = *folds_[fold];
  return {of.state_bytes() > 0 ? cell.forests[fold].bytes_of(count) : 0,
          of.slots() * count * static_cast<std::int64_t>(sizeof(std::int64_t))};
}

std::int64_t ArrayCollector::most_share_bytes() const {
  std::int64_t segments = 1, bytes = 0;
  for (std::int64_t g = 0; g < tasks_.reduction().groups(); ++g)
    segments = std::max(segments, tasks_.reduction().segments_of(g));
  // Segments that follow one another are a forest that rises and falls.
  const std::int64_t nodes = 2 * std::bit_width(static_cast<std::uint64_t>(segments));
  for (const Fold* fold : folds_)
    bytes += nodes * fold->state_bytes() + fold->slots() * static_cast<std::int64_t>(sizeof(std::int64_t));
  return bytes;
}

void ArrayCollector::finish(std::int64_t cell, std::int64_t first, std::int64_t count,
                            const std::vector<std::span<const std::byte>>& shares, int threads) const {
  const std::int64_t block = std::max<std::int64_t>(1, joined_bytes / std::max<std::int64_t>(1, most_share_bytes()));
  for_each_on_threads(threads, (count + block - 1) / block, [&](std::int64_t b) {
    const DefaultFloatEnvironment environment;
    const std::int64_t begin = b * block, some = std::min(block, count - begin);
    const std::unique_ptr<Cell> all = make_cell(some);
    for (std::span<const std::byte> rest : shares) {
      for (std::size_t f = 0; f < folds_.size() && !rest.empty(); ++f) {
        const auto head = take_value<ShareHead>(rest);
        const auto states = static_cast<std::size_t>(head.state_bytes),
                   table = static_cast<std::size_t>(head.table_bytes);
        const auto row = static_cast<std::size_t>(folds_[f]->slots()) * sizeof(std::int64_t);
        if (states > 0) all->forests[f].absorb(rest.first(states), begin, count);
        if (table > 0)
          add_cells(all->tables[f],
                    rest.subspan(states + static_cast<std::size_t>(begin) * row, static_cast<std::size_t>(some) * row));
        rest = rest.subspan(states + table);
      }
    }
    finish(cell, first + begin, some, *all);
  });
}

}  // namespace scatterfold

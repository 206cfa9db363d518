// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/array_collector.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

namespace scatterfold {
namespace {

/// Adds cells that travel as bytes, without alignment.
void add_cells(std::vector<std::int64_t>& table, std::span<const std::byte> bytes) {
  for (std::size_t c = 0; c < bytes.size() / sizeof(std::int64_t); ++c) {
    std::int64_t more;
    std::memcpy(&more, bytes.data() + c * sizeof more, sizeof more);
    table[c] += more;
  }
}

}  // namespace

ArrayCollector::ArrayCollector(const ArrayTasks& tasks, std::vector<const Fold*> folds)
    : tasks_(tasks), folds_(std::move(folds)) {}

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
  if (last - first == 1) {  // nothing to join
    FinishedCell done = finish_states(number, 0, positions_of(number), states);
    const std::lock_guard lock(mutex_);
    finished_.push_back(std::move(done));
    return;
  }
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
  FinishedCell done = finish(number, 0, positions_of(number), *cell);
  const std::lock_guard lock(mutex_);
  finished_.push_back(std::move(done));
  open_.erase(number);
}

FinishedCell ArrayCollector::finish(std::int64_t cell, std::int64_t first, std::int64_t count,
                                    const Cell& parts) const {
  std::vector<std::vector<std::byte>> roots;
  std::vector<const std::byte*> states;
  for (std::size_t f = 0; f < folds_.size(); ++f) {
    std::vector<std::byte>& root = roots.emplace_back(static_cast<std::size_t>(count * folds_[f]->state_bytes()));
    if (!root.empty()) parts.forests[f].root(root.data());
    states.push_back(folds_[f]->state_bytes() > 0 ? root.data()
                                                  : reinterpret_cast<const std::byte*>(parts.tables[f].data()));
  }
  return finish_states(cell, first, count, states);
}

FinishedCell ArrayCollector::finish_states(std::int64_t cell, std::int64_t first, std::int64_t count,
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
  return done;
}

std::vector<std::byte> ArrayCollector::share(std::int64_t cell, std::int64_t first, std::int64_t count) const {
  std::vector<std::byte> bytes;
  const auto found = open_.find(cell);
  if (found == open_.end()) return bytes;
  for (std::size_t f = 0; f < folds_.size(); ++f) {
    const std::vector<std::byte> states = found->second->forests[f].bytes(first, count);
    const std::span<const std::int64_t> cells(found->second->tables[f]);
    const auto slots = static_cast<std::size_t>(folds_[f]->slots());
    const auto table = std::as_bytes(
        slots == 0 ? cells
                   : cells.subspan(static_cast<std::size_t>(first) * slots, static_cast<std::size_t>(count) * slots));
    const std::size_t sizes[2] = {folds_[f]->state_bytes() > 0 ? states.size() : 0, table.size()};
    const auto head = std::as_bytes(std::span(sizes));
    bytes.insert(bytes.end(), head.begin(), head.end());
    if (sizes[0] > 0) bytes.insert(bytes.end(), states.begin(), states.end());
    bytes.insert(bytes.end(), table.begin(), table.end());
  }
  return bytes;
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

FinishedCell ArrayCollector::finish(std::int64_t cell, std::int64_t first, std::int64_t count,
                                    const std::vector<std::span<const std::byte>>& shares) const {
  const std::unique_ptr<Cell> all = make_cell(count);
  for (std::span<const std::byte> rest : shares) {
    for (std::size_t f = 0; f < folds_.size() && !rest.empty(); ++f) {
      std::size_t sizes[2];
      std::memcpy(sizes, rest.data(), sizeof sizes);
      rest = rest.subspan(sizeof sizes);
      if (sizes[0] > 0) all->forests[f].absorb(rest.first(sizes[0]));
      rest = rest.subspan(sizes[0]);
      add_cells(all->tables[f], rest.first(sizes[1]));
      rest = rest.subspan(sizes[1]);
    }
  }
  return finish(cell, first, count, *all);
}

}  // namespace scatterfold

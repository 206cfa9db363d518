// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_results.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

#include "partition/copy_box.hpp"

namespace scatterfold {
namespace {

/// Arrays of at most so many values are shown in full.
constexpr std::int64_t few_values = 64;

/// Adds values of one kind, in `Exact` arithmetic. `empty`: null where no position is blank.
template <class Number, class Exact>
void summarise(ArraySummary& summary, const std::vector<std::uint64_t>& words, std::int64_t width,
               const std::uint8_t* empty) {
  std::optional<Exact> low, high;
  if (summary.values > summary.blank + summary.nan)
    low = std::get<Exact>(summary.min), high = std::get<Exact>(summary.max);
  auto& sum = std::get<Exact>(summary.sum);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool blank = empty != nullptr && empty[i / static_cast<std::size_t>(width)] != 0;
    const auto value = static_cast<Exact>(std::bit_cast<Number>(words[i]));
    if (summary.values + static_cast<std::int64_t>(i) < few_values)
      summary.few.push_back(blank ? ArrayNumber(std::numeric_limits<double>::quiet_NaN()) : ArrayNumber(value));
    if (blank) {
      ++summary.blank;
      continue;
    }
    if (value != value) {
      ++summary.nan;
      continue;
    }
    sum += value;
    if (!low || value < *low) low = value;
    if (!high || value > *high) high = value;
  }
  if (low) summary.min = *low, summary.max = *high;
  summary.values += std::ssize(words);
  if (summary.values > few_values) summary.few.clear();
}

/// Copies values of `width` words each from the order of a cell to that of the output.
void place(const std::vector<CellBox>& boxes, std::int64_t first, const std::vector<std::int64_t>& shape,
           std::int64_t width, const std::byte* from, std::byte* to, std::int64_t size) {
  const std::vector<std::int64_t> strides = dense_strides(shape);
  for (const CellBox& part : boxes) {
    std::vector<std::int64_t> count = part.box.count, to_strides = strides;
    std::int64_t at = 0;
    for (std::size_t d = 0; d < strides.size(); ++d) {
      at += part.box.start[d] * strides[d];
      to_strides[d] *= width;
    }
    count.push_back(width);
    to_strides.push_back(1);
    copy_box(count, from + (part.first - first) * width * size, dense_strides(count), to + at * width * size,
             to_strides, size);
  }
}

}  // namespace

std::vector<CellBox> boxes_of(const FinishedCell& cell, const ArrayTasks& tasks) {
  const Reduction& reduction = tasks.reduction();
  const std::int64_t group = tasks.group_of(cell.cell);
  const Hyperslab tile = tasks.tiles().tile(tasks.tile_of(cell.cell));
  std::vector<CellBox> boxes;
  std::int64_t first = cell.first;
  for (const Hyperslab& kept : split_range(tile, cell.first, cell.first + cell.count)) {
    boxes.push_back({first, kept.elements(), reduction.output_box({group, group + 1, kept})});
    first += kept.elements();
  }
  return boxes;
}

std::vector<FinishedCell::Values> assemble(const std::vector<FinishedCell>& cells, const ArrayTasks& tasks,
                                           const std::vector<const Fold*>& folds) {
  const std::vector<std::int64_t> shape = tasks.reduction().output_shape();
  const auto positions = static_cast<std::size_t>(tasks.reduction().positions());
  std::vector<FinishedCell::Values> all(folds.size());
  std::vector<std::vector<ArrayField>> fields;
  for (std::size_t f = 0; f < folds.size(); ++f) {
    fields.push_back(folds[f]->array_fields(tasks.reduction().most_elements()));
    for (const ArrayField& field : fields[f])
      all[f].fields.emplace_back(positions * static_cast<std::size_t>(field.width()));
    all[f].empty.resize(positions);
  }
  for (const FinishedCell& cell : cells) {
    const std::vector<CellBox> boxes = boxes_of(cell, tasks);
    for (std::size_t f = 0; f < folds.size(); ++f) {
      for (std::size_t i = 0; i < fields[f].size(); ++i) {
        place(boxes, cell.first, shape, fields[f][i].width(),
              reinterpret_cast<const std::byte*>(cell.folds[f].fields[i].data()),
              reinterpret_cast<std::byte*>(all[f].fields[i].data()), sizeof(std::uint64_t));
      }
      place(boxes, cell.first, shape, 1, reinterpret_cast<const std::byte*>(cell.folds[f].empty.data()),
            reinterpret_cast<std::byte*>(all[f].empty.data()), 1);
    }
  }
  return all;
}

ArraySummaries::ArraySummaries(std::vector<ArrayField> fields, std::vector<ArraySummary> blank)
    : fields_(std::move(fields)), summaries_(std::move(blank)), digest_(fields_) {
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    ArraySummary& summary = summaries_[f];
    summary.min = summary.max = std::numeric_limits<double>::quiet_NaN();
    summary.sum = fields_[f].kind == ArrayField::Kind::real ? ArrayNumber(0.0) : ArrayNumber(Int128{0});
  }
}

void ArraySummaries::add(const FinishedCell::Values& values, std::int64_t positions) {
  digest_.add(values.fields, positions);
  const bool any_empty = std::find(values.empty.begin(), values.empty.end(), 1) != values.empty.end();
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    const ArrayField& field = fields_[f];
    const std::uint8_t* const empty = any_empty && field.blank_where_empty ? values.empty.data() : nullptr;
    const auto add = [&]<class Number, class Exact>(Number, Exact) {
      summarise<Number, Exact>(summaries_[f], values.fields[f], field.width(), empty);
    };
    switch (field.kind) {
      case ArrayField::Kind::real: add(double{}, double{}); break;
      case ArrayField::Kind::integer: add(std::int64_t{}, Int128{}); break;
      case ArrayField::Kind::natural: add(std::uint64_t{}, Int128{}); break;
    }
  }
}

}  // namespace scatterfold

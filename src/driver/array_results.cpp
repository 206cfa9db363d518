// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_results.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

#include "backend/on_threads.hpp"
#include "partition/copy_box.hpp"

namespace scatterfold {
namespace {

/// Arrays of at most so many values are shown in full.
constexpr std::int64_t few_values = 64;

/// The first values, to be shown as they are. `empty`: null where no position is blank.
template <class Number, class Exact>
void keep_few(ArraySummary& summary, std::span<const std::uint64_t> words, std::int64_t width,
              const std::uint8_t* empty) {
  if (summary.values + std::ssize(words) > few_values) return summary.few.clear();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool blank = empty != nullptr && empty[i / static_cast<std::size_t>(width)] != 0;
    summary.few.push_back(blank ? ArrayNumber(std::numeric_limits<double>::quiet_NaN())
                                : ArrayNumber(static_cast<Exact>(std::bit_cast<Number>(words[i]))));
  }
}

/// Adds values of one kind, in `Exact` arithmetic.
template <class Number, class Exact>
void summarise(ArraySummary& summary, std::span<const std::uint64_t> words, std::int64_t width,
               const std::uint8_t* empty) {
  keep_few<Number, Exact>(summary, words, width, empty);
  constexpr bool real = std::is_same_v<Exact, double>;
  constexpr Exact lowest = real ? static_cast<Exact>(-std::numeric_limits<double>::infinity())
                                : static_cast<Exact>(Int128{1} << 126) * -1,
                  highest = -lowest;
  std::int64_t blank = 0, nan = 0;
  Exact low = highest, high = lowest, sum = std::get<Exact>(summary.sum);
  for (std::size_t first = 0; first < words.size(); first += static_cast<std::size_t>(width)) {
    if (empty != nullptr && empty[first / static_cast<std::size_t>(width)] != 0) {
      blank += width;
      continue;
    }
    for (const std::uint64_t word : words.subspan(first, static_cast<std::size_t>(width))) {
      const auto value = static_cast<Exact>(std::bit_cast<Number>(word));
      if (value != value) {
        ++nan;
        continue;
      }
      sum += value;
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
  }
  const bool some_before = summary.values > summary.blank + summary.nan;
  summary.values += std::ssize(words);
  summary.blank += blank;
  summary.nan += nan;
  summary.sum = sum;
  if (std::ssize(words) == blank + nan) return;
  summary.min = some_before ? std::min(std::get<Exact>(summary.min), low) : low;
  summary.max = some_before ? std::max(std::get<Exact>(summary.max), high) : high;
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

PartValues::PartValues(const ArrayTasks& tasks, const std::vector<const Fold*>& folds)
    : tasks_(tasks), shape_(tasks.reduction().output_shape()), values_(folds.size()) {
  const auto positions = static_cast<std::size_t>(tasks.reduction().positions());
  for (std::size_t f = 0; f < folds.size(); ++f) {
    std::vector<std::int64_t>& widths = widths_.emplace_back();
    for (const ArrayField& field : folds[f]->array_fields(tasks.reduction().most_elements())) {
      widths.push_back(field.width());
      values_[f].fields.emplace_back(positions * static_cast<std::size_t>(field.width()));
    }
    values_[f].empty.resize(positions);
  }
}

void PartValues::take(const FinishedCell& cell) {
  const std::vector<CellBox> boxes = boxes_of(cell, tasks_);
  for (std::size_t f = 0; f < values_.size(); ++f) {
    for (std::size_t i = 0; i < widths_[f].size(); ++i) {
      place(boxes, cell.first, shape_, widths_[f][i],
            reinterpret_cast<const std::byte*>(cell.folds[f].fields[i].data()),
            reinterpret_cast<std::byte*>(values_[f].fields[i].data()), sizeof(std::uint64_t));
    }
    place(boxes, cell.first, shape_, 1, reinterpret_cast<const std::byte*>(cell.folds[f].empty.data()),
          reinterpret_cast<std::byte*>(values_[f].empty.data()), 1);
  }
}

ArraySummaries::ArraySummaries(std::vector<ArrayField> fields, std::vector<ArraySummary> blank)
    : fields_(std::move(fields)), summaries_(std::move(blank)), digest_(fields_) {
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    ArraySummary& summary = summaries_[f];
    summary.min = summary.max = std::numeric_limits<double>::quiet_NaN();
    summary.sum = fields_[f].kind == ArrayField::Kind::real ? ArrayNumber(0.0) : ArrayNumber(Int128{0});
  }
}

void ArraySummaries::add(const FinishedCell::Values& values, std::int64_t positions, int threads) {
  const bool any_empty = std::find(values.empty.begin(), values.empty.end(), 1) != values.empty.end();
  for_each_on_threads(threads, 1 + std::ssize(fields_), [&](std::int64_t i) {
    if (i == 0) return digest_.add(values.fields, positions);
    const auto f = static_cast<std::size_t>(i - 1);
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
  });
}

}  // namespace scatterfold

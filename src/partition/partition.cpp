// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/partition.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace scatterfold {
namespace {

/// Leaves of contiguous storage come 16 to the segment; chunks are gathered until they reach as many elements.
constexpr std::int64_t segment_target = 65536;

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return a / b + (a % b != 0 ? 1 : 0); }

/// The last of the parts that begin at or before `number`: those that begin there and are empty come before it.
std::size_t part_at(const std::vector<std::int64_t>& first, std::int64_t number) {
  return static_cast<std::size_t>(std::upper_bound(first.begin(), first.end(), number) - first.begin()) - 1;
}

}  // namespace

Partition::Partition(std::vector<std::int64_t> shape, Hyperslab selection, std::vector<std::int64_t> chunk)
    : shape_(std::move(shape)), selection_(std::move(selection)), chunk_(std::move(chunk)), chunked_(!chunk_.empty()) {
  elements_ = selection_.elements();
  if (chunk_.empty()) {
    unit_limit_ = elements_;
    segments_ = divide_up(elements_, segment_target);
    segment_limit_ = std::min(elements_, segment_target);
    return;
  }
  std::int64_t chunk_elements = 1;  // saturated: a chunk may be larger than the dataset
  unit_limit_ = 1;
  for (std::size_t d = 0; d < shape_.size(); ++d) {
    grid_.push_back(divide_up(shape_[d], chunk_[d]));
    units_ *= grid_.back();
    chunk_elements =
        chunk_elements > segment_target ? chunk_elements : chunk_elements * std::min(chunk_[d], segment_target + 1);
    unit_limit_ *= std::min(chunk_[d], shape_[d]);
  }
  while (units_per_segment_ * chunk_elements < segment_target) units_per_segment_ *= 2;
  segments_ = divide_up(units_, units_per_segment_);
  segment_limit_ =
      std::min(elements_, unit_limit_ > elements_ / units_per_segment_ ? elements_ : unit_limit_ * units_per_segment_);
}

Partition::Partition(std::vector<Partition> parts) : parts_(std::move(parts)), units_(0) {
  for (const Partition& part : parts_) {
    first_unit_.push_back(units_);
    first_segment_.push_back(segments_);
    elements_ += part.elements_;
    units_ += part.units_;
    segments_ += part.segments_;
    unit_limit_ = std::max(unit_limit_, part.chunked_ ? part.unit_limit_ : part.segment_limit_);
    segment_limit_ = std::max(segment_limit_, part.segment_limit_);
    chunked_ = chunked_ || part.chunked_;
  }
}

Partition::Place Partition::place_of(std::int64_t unit) const {
  if (parts_.empty()) return {0, unit};
  const std::size_t part = part_at(first_unit_, unit);
  return {part, unit - first_unit_[part]};
}

std::vector<std::int64_t> Partition::grid_position(std::int64_t unit) const {
  if (!parts_.empty()) {
    const Place place = place_of(unit);
    return parts_[place.part].grid_position(place.unit);
  }
  if (chunk_.empty()) return {0};
  std::vector<std::int64_t> position(grid_.size());
  for (std::size_t d = grid_.size(); d-- > 0;) {
    position[d] = unit % grid_[d];
    unit /= grid_[d];
  }
  return position;
}

Hyperslab Partition::unit(std::int64_t unit) const {
  if (!parts_.empty()) {
    const Place place = place_of(unit);
    return parts_[place.part].unit(place.unit);
  }
  if (chunk_.empty()) return selection_;
  const std::vector<std::int64_t> position = grid_position(unit);
  std::vector<std::int64_t> low(position.size()), high(position.size());
  for (std::size_t d = 0; d < position.size(); ++d) {
    low[d] = position[d] * chunk_[d];
    high[d] = std::min(shape_[d] - low[d], chunk_[d]) + low[d];
  }
  return intersect(selection_, low, high);
}

std::vector<Span> Partition::segment(std::int64_t segment) const {
  if (!parts_.empty()) {
    const std::size_t part = part_at(first_segment_, segment);
    std::vector<Span> spans = parts_[part].segment(segment - first_segment_[part]);
    for (Span& span : spans) span.unit += first_unit_[part];
    return spans;
  }
  if (chunk_.empty()) {
    const std::int64_t begin = segment * segment_target;
    return {{0, begin, std::min(elements_, begin + segment_target)}};
  }
  std::vector<Span> spans;
  const std::int64_t first = segment * units_per_segment_, last = std::min(units_, first + units_per_segment_);
  for (std::int64_t u = first; u < last; ++u) {
    const std::int64_t n = unit(u).elements();
    if (n > 0) spans.push_back({u, 0, n});
  }
  return spans;
}

/// In the chunk grid the selected chunks are a product of one set per dimension, and `unit` a number whose digits are
/// its grid position: the next number whose digits are all in their sets.
std::int64_t Partition::next_unit_with_elements(std::int64_t unit) const {
  if (unit >= units_ || elements_ == 0) return units_;
  // The first chunk of dimension d at or behind `from` that has selected indices; -1 where there is none.
  const auto next_digit = [&](std::size_t d, std::int64_t from) -> std::int64_t {
    const std::int64_t low = std::max(from * chunk_[d] - selection_.start[d], std::int64_t{0});
    const std::int64_t k = divide_up(low, selection_.step[d]);
    return k < selection_.count[d] ? (selection_.start[d] + k * selection_.step[d]) / chunk_[d] : -1;
  };
  std::vector<std::int64_t> digits = grid_position(unit);
  std::size_t d = 0;
  while (d < digits.size()) {
    const std::int64_t digit = digits[d] < grid_[d] ? next_digit(d, digits[d]) : -1;
    if (digit == digits[d]) {
      ++d;
    } else if (digit >= 0) {
      digits[d] = digit;
      std::fill(digits.begin() + static_cast<std::ptrdiff_t>(d) + 1, digits.end(), 0);
      ++d;
    } else {  // none left here: one further in the dimension before
      if (d == 0) return units_;
      std::fill(digits.begin() + static_cast<std::ptrdiff_t>(d), digits.end(), 0);
      ++digits[--d];
    }
  }
  std::int64_t number = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) number = number * grid_[i] + digits[i];
  return number;
}

std::int64_t Partition::next_with_elements(std::int64_t segment) const {
  if (!parts_.empty()) {
    while (segment < segments_) {
      const std::size_t p = part_at(first_segment_, segment);
      const std::int64_t found = parts_[p].next_with_elements(segment - first_segment_[p]);
      if (found < parts_[p].segments_) return first_segment_[p] + found;
      segment = first_segment_[p] + parts_[p].segments_;
    }
    return segments_;
  }
  if (segment >= segments_ || elements_ == 0) return segments_;
  if (!chunked_) return segment;
  const std::int64_t unit = next_unit_with_elements(segment * units_per_segment_);
  return unit < units_ ? unit / units_per_segment_ : segments_;
}

std::int64_t Partition::elements_of(const Run& segments) const {
  std::int64_t elements = 0;
  for (std::int64_t s = segments.first; (s = next_with_elements(s)) < segments.last; ++s) {
    for (const Span& span : segment(s)) elements += span.elements();
  }
  return elements;
}

Share share_of(std::int64_t segments, int level, int rank, int ranks) {
  Share share;
  share.level = level;
  share.segments = segments;
  const std::int64_t runs = divide_up(segments, std::int64_t{1} << level);
  const std::int64_t each = runs / ranks, more = runs % ranks;
  share.first_run = each * rank + std::min<std::int64_t>(rank, more);
  share.last_run = share.first_run + each + (rank < more ? 1 : 0);
  return share;
}

Share weighted_share_of(std::int64_t segments, int level, const std::vector<std::int64_t>& weights, int rank,
                        int ranks) {
  Share share = share_of(segments, level, rank, ranks);
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  // The first run whose middle lies past `part` of the whole; additions go the same way on every rank.
  const auto run_at = [&](int part) {
    double before = 0;
    std::int64_t run = 0;
    for (const std::int64_t weight : weights) {
      if (before + 0.5 * static_cast<double>(weight) >= all * part / ranks) break;
      before += static_cast<double>(weight);
      ++run;
    }
    return run;
  };
  share.first_run = rank == 0 ? 0 : run_at(rank);
  share.last_run = rank + 1 == ranks ? static_cast<std::int64_t>(weights.size()) : run_at(rank + 1);
  return share;
}

}  // namespace scatterfold

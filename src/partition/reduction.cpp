// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/reduction.hpp"

#include <algorithm>
#include <utility>

namespace scatterfold {
namespace {

constexpr std::int64_t column_block = 64, leaf_block = 4096;
constexpr std::int64_t most_segments = 64, least_segment_blocks = 16;
/// Fewer positions side by side than these do not fill a vector register's worth of work.
constexpr std::int64_t least_columns = 16;

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return a / b + (a % b != 0 ? 1 : 0); }

}  // namespace

Reduction::Reduction(Hyperslab selection, std::vector<bool> reduced, std::optional<Grouping> grouping)
    : selection_(std::move(selection)), reduced_(std::move(reduced)) {
  for (std::size_t d = 0; d < reduced_.size(); ++d) {
    if (!reduced_[d]) kept_.push_back(d);
  }
  members_.resize(grouping ? static_cast<std::size_t>(grouping->count) : 1);
  member_count_.assign(members_.size(), 1);
  if (grouping) {
    const std::size_t d = grouping->dimension;
    grouping_dimension_ = d;
    std::fill(member_count_.begin(), member_count_.end(), 0);
    for (std::size_t i = 0; i < grouping->group_of.size(); ++i) {
      const auto g = static_cast<std::size_t>(grouping->group_of[i]);
      const std::int64_t index = selection_.start[d] + static_cast<std::int64_t>(i) * selection_.step[d];
      std::vector<Run>& runs = members_[g];
      if (!runs.empty() && runs.back().count == 1) runs.back().step = index - runs.back().start;
      if (!runs.empty() && runs.back().start + runs.back().count * runs.back().step == index) {
        ++runs.back().count;
      } else {
        runs.push_back({index, 1, 1, member_count_[g]});
      }
      ++member_count_[g];
    }
  }
  for (std::int64_t g = 0; g < groups(); ++g) most_elements_ = std::max(most_elements_, elements_of(g));
  // Dimensions of one index do not part what lies side by side.
  std::int64_t side_by_side = 1;
  for (std::size_t d = reduced_.size(); d-- > 0;) {
    if (reduced_[d] && selection_.count[d] != 1) break;
    if (!reduced_[d]) side_by_side *= selection_.count[d];
  }
  if (side_by_side >= least_columns || most_elements_ < leaf_block) order_ = FoldOrder::columns;
}

std::vector<std::int64_t> Reduction::output_shape() const {
  std::vector<std::int64_t> shape;
  for (std::size_t d = 0; d < reduced_.size(); ++d) {
    if (grouping_dimension_ == d) {
      shape.push_back(groups());
    } else if (!reduced_[d]) {
      shape.push_back(selection_.count[d]);
    }
  }
  return shape;
}

Hyperslab Reduction::kept_slab() const {
  Hyperslab slab;
  for (const std::size_t d : kept_) {
    slab.start.push_back(selection_.start[d]);
    slab.count.push_back(selection_.count[d]);
    slab.step.push_back(selection_.step[d]);
  }
  return slab;
}

std::int64_t Reduction::elements_of(std::int64_t group) const {
  std::int64_t product = member_count_[static_cast<std::size_t>(group)];
  for (std::size_t d = 0; d < reduced_.size(); ++d) {
    if (reduced_[d] && grouping_dimension_ != d) product *= selection_.count[d];
  }
  return product;
}

std::int64_t Reduction::elements() const {
  std::int64_t sum = 0;
  for (std::int64_t g = 0; g < groups(); ++g) sum += elements_of(g);
  return sum * kept_slab().elements();
}

std::int64_t Reduction::block_elements() const { return order_ == FoldOrder::columns ? column_block : leaf_block; }

namespace {

/// Elements of a segment of a position that folds `elements`.
std::int64_t segment_length(std::int64_t elements, std::int64_t block) {
  return std::max(least_segment_blocks, divide_up(divide_up(elements, block), most_segments)) * block;
}

}  // namespace

std::int64_t Reduction::segments_of(std::int64_t group) const {
  const std::int64_t n = elements_of(group);
  return std::max<std::int64_t>(1, divide_up(n, segment_length(n, block_elements())));
}

std::int64_t Reduction::segment_begin(std::int64_t group, std::int64_t segment) const {
  const std::int64_t n = elements_of(group);
  return std::min(n, segment * segment_length(n, block_elements()));
}

std::vector<Hyperslab> Reduction::boxes(const Hyperslab& kept, std::int64_t group, std::int64_t begin,
                                        std::int64_t end) const {
  if (begin >= end) return {};
  Hyperslab index;  // of the reduced dimensions; the grouped one as members of the group
  std::vector<std::size_t> dimensions;
  for (std::size_t d = 0; d < reduced_.size(); ++d) {
    if (!reduced_[d]) continue;
    const bool by_members = grouping_dimension_ == d;
    dimensions.push_back(d);
    index.start.push_back(by_members ? 0 : selection_.start[d]);
    index.count.push_back(by_members ? member_count_[static_cast<std::size_t>(group)] : selection_.count[d]);
    index.step.push_back(by_members ? 1 : selection_.step[d]);
  }
  Hyperslab box = selection_;
  for (std::size_t k = 0; k < kept_.size(); ++k) {
    box.start[kept_[k]] = kept.start[k];
    box.count[kept_[k]] = kept.count[k];
    box.step[kept_[k]] = kept.step[k];
  }
  std::vector<Hyperslab> found;
  const auto add = [&](const Hyperslab& part) {
    for (std::size_t i = 0; i < dimensions.size(); ++i) {
      box.start[dimensions[i]] = part.start[i];
      box.count[dimensions[i]] = part.count[i];
      box.step[dimensions[i]] = part.step[i];
    }
    found.push_back(box);
  };
  for (const Hyperslab& part : split_range(index, begin, end)) {
    const auto by_members = std::find(dimensions.begin(), dimensions.end(), grouping_dimension_);
    if (!grouping_dimension_ || by_members == dimensions.end()) {
      add(part);
      continue;
    }
    const auto at = static_cast<std::size_t>(by_members - dimensions.begin());
    const std::int64_t first = part.start[at], last = first + part.count[at];
    const std::vector<Run>& runs = members_[static_cast<std::size_t>(group)];
    // Within one run it is a box as it is.
    const auto one = std::find_if(runs.begin(), runs.end(),
                                  [&](const Run& run) { return run.first <= first && last <= run.first + run.count; });
    if (one != runs.end()) {
      Hyperslab piece = part;
      piece.start[at] = one->start + (first - one->first) * one->step;
      piece.step[at] = one->step;
      add(piece);
      continue;
    }
    // Else what comes before the grouped dimension goes index by index: the runs come in each of them.
    Hyperslab outer{{part.start.begin(), part.start.begin() + static_cast<std::ptrdiff_t>(at)},
                    {part.count.begin(), part.count.begin() + static_cast<std::ptrdiff_t>(at)},
                    {part.step.begin(), part.step.begin() + static_cast<std::ptrdiff_t>(at)}};
    for (std::int64_t o = 0; o < outer.elements(); ++o) {
      Hyperslab piece = part;
      std::int64_t rest = o;
      for (std::size_t i = at; i-- > 0;) {
        piece.start[i] = outer.start[i] + rest % outer.count[i] * outer.step[i];
        piece.count[i] = 1;
        rest /= outer.count[i];
      }
      for (const Run& run : runs) {
        const std::int64_t from = std::max(first, run.first), to = std::min(last, run.first + run.count);
        if (from >= to) continue;
        piece.start[at] = run.start + (from - run.first) * run.step;
        piece.count[at] = to - from;
        piece.step[at] = run.step;
        add(piece);
      }
    }
  }
  return found;
}

std::vector<PositionBox> Reduction::passes(std::int64_t most) const {
  const std::vector<std::int64_t> shape = output_shape();
  const PositionBox whole{0, groups(), kept_slab()};
  if (positions() <= most) return {whole};
  // `cut` is the dimension of the output that is cut into ranges; those before it go index by index.
  std::size_t cut = 0;
  std::int64_t inner = positions();
  for (; cut < shape.size(); ++cut) {
    inner /= shape[cut];
    if (inner <= most) break;
  }
  cut = std::min(cut, shape.size() - 1);
  const std::int64_t range = std::max<std::int64_t>(1, most / inner);
  std::int64_t outer = 1;
  for (std::size_t i = 0; i < cut; ++i) outer *= shape[i];

  std::vector<PositionBox> found;
  for (std::int64_t o = 0; o < outer; ++o) {
    for (std::int64_t begin = 0; begin < shape[cut]; begin += range) {
      PositionBox box = whole;
      std::int64_t rest = o;
      for (std::size_t i = cut + 1; i-- > 0;) {
        const std::int64_t from = i == cut ? begin : rest % shape[i];
        const std::int64_t count = i == cut ? std::min(range, shape[cut] - begin) : 1;
        if (i != cut) rest /= shape[i];
        std::size_t k = i;  // the number of the dimension among the kept ones
        if (grouping_dimension_) {
          const auto before = static_cast<std::size_t>(
              std::count_if(kept_.begin(), kept_.end(), [&](std::size_t d) { return d < *grouping_dimension_; }));
          if (i == before) {
            box.first_group = from;
            box.last_group = from + count;
            continue;
          }
          if (i > before) k = i - 1;
        }
        box.kept.start[k] += from * box.kept.step[k];
        box.kept.count[k] = count;
      }
      found.push_back(std::move(box));
    }
  }
  return found;
}

Reduction Reduction::part(const PositionBox& box) const {
  Reduction part = *this;
  for (std::size_t k = 0; k < kept_.size(); ++k) {
    part.selection_.start[kept_[k]] = box.kept.start[k];
    part.selection_.count[kept_[k]] = box.kept.count[k];
  }
  const auto first = static_cast<std::ptrdiff_t>(box.first_group), last = static_cast<std::ptrdiff_t>(box.last_group);
  part.members_.assign(members_.begin() + first, members_.begin() + last);
  part.member_count_.assign(member_count_.begin() + first, member_count_.begin() + last);
  return part;
}

Hyperslab Reduction::output_box(const PositionBox& box) const {
  Hyperslab out;
  const auto add = [&](std::int64_t start, std::int64_t count) {
    out.start.push_back(start);
    out.count.push_back(count);
    out.step.push_back(1);
  };
  std::size_t k = 0;
  for (std::size_t d = 0; d < reduced_.size(); ++d) {
    if (grouping_dimension_ == d) {
      add(box.first_group, box.last_group - box.first_group);
    } else if (!reduced_[d]) {
      add((box.kept.start[k] - selection_.start[d]) / selection_.step[d], box.kept.count[k]);
      ++k;
    }
  }
  return out;
}

}  // namespace scatterfold

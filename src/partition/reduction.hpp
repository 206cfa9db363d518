// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "partition/hyperslab.hpp"

namespace scatterfold {

/// Parts the selected indices of one dimension into groups, which take its place in the output.
struct Grouping {
  std::size_t dimension = 0;
  std::vector<std::int64_t> group_of;  ///< per selected index, 0 to count - 1
  std::int64_t count = 0;
};

/// How the elements of one output position are folded (docs/numerics.md).
enum class FoldOrder {
  columns,  ///< blocks of 64, one element after the other: many positions lie side by side
  leaves    ///< blocks of one leaf each
};

/// A box of output positions: some groups, and of the dimensions that are kept a part.
struct PositionBox {
  std::int64_t first_group = 0, last_group = 1;
  Hyperslab kept;  ///< coordinates of the dataset, kept dimensions only
};

/// How the selected elements of a dataset become an array of fewer dimensions: some are reduced, one may be grouped,
/// the others are kept. The elements of an output position, in row-major order of the selection, are its reduced index.
/// It is cut into blocks, and these into at most 64 segments of equally many blocks, 16 at least. None of it depends on
/// how the dataset is stored or on who folds what.
class Reduction {
 public:
  /// `reduced` per dimension; a grouped one must be reduced too.
  Reduction(Hyperslab selection, std::vector<bool> reduced, std::optional<Grouping> grouping);

  const Hyperslab& selection() const { return selection_; }
  const std::vector<bool>& reduced() const { return reduced_; }
  const std::vector<std::size_t>& kept_dimensions() const { return kept_; }
  std::int64_t groups() const { return static_cast<std::int64_t>(members_.size()); }
  bool grouped() const { return grouping_dimension_.has_value(); }
  FoldOrder order() const { return order_; }

  /// Lengths of the kept dimensions, with the number of groups in the place of the grouped one.
  std::vector<std::int64_t> output_shape() const;
  std::int64_t positions() const { return groups() * kept_slab().elements(); }
  Hyperslab kept_slab() const;

  /// How many elements each position of a group folds, and the most of any group.
  std::int64_t elements_of(std::int64_t group) const;
  std::int64_t most_elements() const { return most_elements_; }  ///< of the whole, in a part of it too
  std::int64_t elements() const;

  std::int64_t block_elements() const;
  std::int64_t segments_of(std::int64_t group) const;
  /// The reduced index of a segment, [begin, end).
  std::int64_t segment_begin(std::int64_t group, std::int64_t segment) const;

  /// The elements [begin, end) of a group's reduced index at these kept coordinates: boxes of the dataset, in the order
  /// of the index, each row-major in it.
  std::vector<Hyperslab> boxes(const Hyperslab& kept, std::int64_t group, std::int64_t begin, std::int64_t end) const;

  /// Cuts the output into boxes of at most `most` positions, or of one, that follow one another row-major.
  std::vector<PositionBox> passes(std::int64_t most) const;
  /// A part of the output, folded in the same order.
  Reduction part(const PositionBox& box) const;
  /// The box of the output (start and count per output dimension) that `part(box)` covers.
  Hyperslab output_box(const PositionBox& box) const;

 private:
  struct Run {
    std::int64_t start, count, step;  ///< indices of the dataset
    std::int64_t first;               ///< how many members come before
  };

  Hyperslab selection_;
  std::vector<bool> reduced_;
  std::vector<std::size_t> kept_;
  std::optional<std::size_t> grouping_dimension_;
  std::vector<std::vector<Run>> members_;  ///< of each group; one group without runs where nothing is grouped
  std::vector<std::int64_t> member_count_;
  std::int64_t most_elements_ = 0;
  FoldOrder order_ = FoldOrder::leaves;
};

}  // namespace scatterfold

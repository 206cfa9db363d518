// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "partition/hyperslab.hpp"

namespace scatterfold {

/// An aligned run of 2^level segments, the last one cut short by the end of the data.
struct Run {
  std::int64_t first, last;  ///< segments [first, last)
};

/// A stretch of one unit's elements, numbered in the unit's order.
struct Span {
  std::int64_t unit, begin, end;

  std::int64_t elements() const { return end - begin; }
};

/// How the selected elements of a dataset are cut: units -> leaves and segments (docs/numerics.md).
///
/// Contiguous storage is one unit, the whole selection row-major; a segment is 65,536 of its elements. In chunked
/// storage a unit is a chunk, row-major inside, and a segment the smallest run of 2^k chunks, in grid order, that
/// reaches 65,536 elements; leaves start afresh at every chunk. Chunks without selected elements count in the
/// numbering.
class Partition {
 public:
  /// `chunk` is empty for contiguous storage. Shapes are checked by the caller: their product is below 2^63.
  Partition(std::vector<std::int64_t> shape, Hyperslab selection, std::vector<std::int64_t> chunk);

  /// Several datasets one after the other: their units and segments are numbered through, and none is shared by two.
  /// Not empty.
  explicit Partition(std::vector<Partition> parts);

  std::int64_t elements() const { return elements_; }
  std::int64_t units() const { return units_; }
  std::int64_t segments() const { return segments_; }
  bool chunked() const { return chunked_; }

  /// Where a unit stands among the parts; {0, unit} where there are none.
  struct Place {
    std::size_t part;
    std::int64_t unit;  ///< in the numbering of the part
  };
  Place place_of(std::int64_t unit) const;

  /// The selected elements of a unit, in coordinates of the dataset (of its part); may be empty.
  Hyperslab unit(std::int64_t unit) const;

  /// Units are gathered to segments; 1 for contiguous storage, and where there are parts.
  std::int64_t units_per_segment() const { return units_per_segment_; }

  /// The most elements a unit can have; of contiguous parts the most in a segment, as nothing larger is a span there.
  std::int64_t unit_elements_limit() const { return unit_limit_; }

  /// The spans that make up a segment, empty ones left out.
  std::vector<Span> segment(std::int64_t segment) const;

  /// The first segment at or behind `segment` that has selected elements, found without a look at those before it;
  /// segments() where there is none.
  std::int64_t next_with_elements(std::int64_t segment) const;

  /// How many elements these segments have; looks at every unit of chunked storage.
  std::int64_t elements_of(const Run& segments) const;

  /// The most elements a segment can have.
  std::int64_t segment_elements_limit() const { return segment_limit_; }

  /// Where a unit lies in the chunk grid; {0} for contiguous storage.
  std::vector<std::int64_t> grid_position(std::int64_t unit) const;

 private:
  std::int64_t next_unit_with_elements(std::int64_t unit) const;

  std::vector<std::int64_t> shape_;
  Hyperslab selection_;
  std::vector<std::int64_t> chunk_, grid_;
  std::vector<Partition> parts_;
  std::vector<std::int64_t> first_unit_, first_segment_;  ///< of each part
  bool chunked_ = false;
  std::int64_t elements_ = 0, units_ = 1, units_per_segment_ = 1, segments_ = 0, unit_limit_ = 0, segment_limit_ = 0;
};

/// Work is handed out in runs; a rank has consecutive ones, so that it reads consecutive bytes.
struct Share {
  int level = 0;              ///< runs are of 2^level segments
  std::int64_t segments = 0;  ///< of the whole dataset
  std::int64_t first_run = 0, last_run = 0;

  std::int64_t runs() const { return last_run - first_run; }
  Run run(std::int64_t number) const {
    const std::int64_t first = number << level, end = (number + 1) << level;
    return {first, end < segments ? end : segments};
  }
};

/// The share of `rank` of `ranks`: all runs, dealt out evenly, the first ranks one more where they do not divide.
Share share_of(std::int64_t segments, int level, int rank, int ranks);

/// The same where runs do not cost the same: every rank gets consecutive runs of about the same weight in all.
/// `weights` has one positive number per run.
Share weighted_share_of(std::int64_t segments, int level, const std::vector<std::int64_t>& weights, int rank,
                        int ranks);

}  // namespace scatterfold

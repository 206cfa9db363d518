// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "backend/cuda/kernel_table.hpp"
#include "partition/partition.hpp"

namespace scatterfold::cuda {

/// What one trip to the GPU carries: spans side by side in a buffer, and the tree above them.
struct Piece {
  struct Placed {
    Span span;
    std::int64_t offset_bytes;
  };
  std::vector<Placed> spans;
  std::int64_t bytes = 0, elements = 0;

  std::vector<Block> blocks;
  std::vector<std::int64_t> unit_blocks;    ///< first block of each unit, and the end
  std::vector<std::int64_t> segment_units;  ///< first unit of each segment, and the end

  // Where its one state belongs: a run of segments, or a stretch of one large unit.
  std::int64_t first_segment = 0;
  bool whole_run = true;
  bool ends_unit = true, ends_segment = true;

  void clear();
  /// Places a span and cuts it into blocks. Spans start at multiples of 256 bytes.
  void add_span(const Span& span, std::int64_t element_bytes);
  void end_unit() { unit_blocks.push_back(static_cast<std::int64_t>(blocks.size())); }
  void end_segment() { segment_units.push_back(static_cast<std::int64_t>(unit_blocks.size()) - 1); }
};

/// Cuts a share of the work into pieces of at most `capacity_bytes`: runs of segments; where a single segment is
/// larger, aligned stretches of its units.
class PieceMaker {
 public:
  PieceMaker(const Partition& partition, const Share& share, std::int64_t element_bytes, std::int64_t capacity_bytes);

  /// Makes the next piece; false at the end.
  bool next(Piece& piece);

 private:
  bool next_stretch(Piece& piece);

  const Partition& partition_;
  const Share& share_;
  std::int64_t element_bytes_, stretch_elements_;
  bool by_runs_;
  std::int64_t run_, segment_, last_segment_;
  std::vector<Span> units_;
  std::size_t unit_ = 0;
  std::int64_t at_ = 0;
};

}  // namespace scatterfold::cuda

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/piece.hpp"

#include <algorithm>

#include "fold/geometry.hpp"

namespace scatterfold::cuda {
namespace {

constexpr std::int64_t block_elements = std::int64_t{block_leaves} * leaf_elements;

}  // namespace

void Piece::clear() {
  spans.clear();
  blocks.clear();
  unit_blocks.assign(1, 0);
  segment_units.assign(1, 0);
  bytes = elements = 0;
}

void Piece::add_span(const Span& span, std::int64_t element_bytes) {
  spans.push_back({span, bytes});
  for (std::int64_t at = 0; at < span.elements(); at += block_elements) {
    const auto n = static_cast<std::int32_t>(std::min(block_elements, span.elements() - at));
    blocks.push_back({bytes / element_bytes + at, n, 0});
  }
  elements += span.elements();
  bytes = (bytes + span.elements() * element_bytes + 255) / 256 * 256;
}

PieceMaker::PieceMaker(const Partition& partition, const Share& share, std::int64_t element_bytes,
                       std::int64_t capacity_bytes)
    : partition_(partition),
      share_(share),
      element_bytes_(element_bytes),
      stretch_elements_(segment_elements),
      by_runs_(partition.segment_elements_limit() * element_bytes <= capacity_bytes || !partition.chunked()),
      run_(share.first_run),
      segment_(0),
      last_segment_(0) {
  while (2 * stretch_elements_ * element_bytes <= capacity_bytes) stretch_elements_ *= 2;
  if (share.runs() > 0) {
    segment_ = share.run(share.first_run).first - 1;
    last_segment_ = share.run(share.last_run - 1).last;
  }
}

bool PieceMaker::next(Piece& piece) {
  piece.clear();
  if (!by_runs_) return next_stretch(piece);
  if (run_ == share_.last_run) return false;
  const Run run = share_.run(run_++);
  piece.first_segment = run.first;
  piece.whole_run = true;
  for (std::int64_t segment = run.first; segment < run.last; ++segment) {
    for (const Span& span : partition_.segment(segment)) {
      piece.add_span(span, element_bytes_);
      piece.end_unit();
    }
    piece.end_segment();
  }
  return true;
}

bool PieceMaker::next_stretch(Piece& piece) {
  if (segment_ == last_segment_) return false;
  if (unit_ == units_.size()) {
    if (++segment_ >= last_segment_) {
      segment_ = last_segment_;
      return false;
    }
    units_ = partition_.segment(segment_);
    unit_ = 0;
    at_ = 0;
  }
  piece.first_segment = segment_;
  piece.whole_run = false;
  if (units_.empty()) {  // nothing selected in this segment: its state is the identity
    piece.end_segment();
    piece.ends_unit = piece.ends_segment = true;
    return true;
  }
  const Span& whole = units_[unit_];
  const Span stretch{whole.unit, at_, std::min(whole.end, at_ + stretch_elements_)};
  piece.add_span(stretch, element_bytes_);
  piece.end_unit();
  piece.end_segment();
  at_ = stretch.end;
  piece.ends_unit = at_ == whole.end;
  if (piece.ends_unit) {
    ++unit_;
    at_ = 0;
  }
  piece.ends_segment = unit_ == units_.size();
  return true;
}

}  // namespace scatterfold::cuda

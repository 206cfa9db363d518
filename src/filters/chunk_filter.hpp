// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "filters/filter_step.hpp"

namespace scatterfold {

/// One filter of a pipeline, run backwards. Has its library's context and scratch: one per thread.
class ChunkFilter {
 public:
  virtual ~ChunkFilter() = default;

  /// The most bytes that writing makes of `bytes` bytes; never less than `bytes`.
  virtual std::int64_t most_stored(std::int64_t bytes) const = 0;

  /// Whether undo() gives a part of what it gets, and writes nothing.
  virtual bool only_narrows() const { return false; }

  /// Undoes the filter. Gives the first bytes of `out`, which it has filled, or a part of `stored` if it only narrows.
  /// Sizes found in `stored` are believed only within `out`, which must not overlap it.
  /// Errors: DecodeError; `out` then has anything.
  virtual std::span<const std::byte> undo(std::span<const std::byte> stored, std::span<std::byte> out) = 0;
};

/// The filter of one step, or nothing if the filter or its parameters are not known here.
std::unique_ptr<ChunkFilter> make_chunk_filter(const FilterStep& step);

/// What the above chooses from, by the step's number; each gives nothing for parameters that it does not know.
std::unique_ptr<ChunkFilter> make_deflate(const FilterStep& step);
std::unique_ptr<ChunkFilter> make_shuffle(const FilterStep& step);
std::unique_ptr<ChunkFilter> make_fletcher32(const FilterStep& step);
std::unique_ptr<ChunkFilter> make_blosc(const FilterStep& step);
std::unique_ptr<ChunkFilter> make_lz4(const FilterStep& step);
std::unique_ptr<ChunkFilter> make_bitshuffle(const FilterStep& step);
std::unique_ptr<ChunkFilter> make_zstd(const FilterStep& step);

}  // namespace scatterfold

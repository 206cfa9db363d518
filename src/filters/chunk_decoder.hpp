// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "filters/chunk_filter.hpp"
#include "filters/filter_step.hpp"

namespace scatterfold {

/// Whether chunks of that many raw bytes that went through these filters can be decoded here; else the HDF5 library
/// must do it. Other filters, more than a mask has bits for, and parameters that nobody should have are for the
/// library.
bool can_decode(const std::vector<FilterStep>& pipeline, std::int64_t chunk_bytes);

/// More bytes than encoders make of a chunk of that many raw bytes, whichever filters of the pipeline are skipped: a
/// chunk that claims more is damaged. The pipeline is one that can be decoded here.
std::int64_t stored_bytes_limit(const std::vector<FilterStep>& pipeline, std::int64_t chunk_bytes);

/// Turns the stored bytes of a dataset's chunks into raw ones: its filter pipeline, run backwards.
/// Owns scratch buffers and the contexts of compression libraries: one per thread.
/// Errors: DecodeError for bytes that the filters did not make, whatever they claim; std::bad_alloc. The decoder can be
/// used on after either.
class ChunkDecoder {
 public:
  /// Errors: Error (internal) unless can_decode().
  ChunkDecoder(const std::vector<FilterStep>& pipeline, std::int64_t chunk_bytes);

  std::int64_t chunk_bytes() const { return chunk_bytes_; }

  /// The chunk's raw bytes, exactly chunk_bytes(): in scratch until the next call, or in `stored` where no filter
  /// changes them. Bit i of the mask: filter i was skipped when the chunk was written.
  std::span<const std::byte> decode(std::span<const std::byte> stored, std::uint32_t filter_mask);

  /// The same into `chunk`, which has room for exactly chunk_bytes() and may be pinned memory; the last filter writes
  /// there without a copy where it can. After an error `chunk` has anything.
  void decode_into(std::span<const std::byte> stored, std::uint32_t filter_mask, std::span<std::byte> chunk);

 private:
  std::span<const std::byte> undo_all(std::span<const std::byte> stored, std::uint32_t filter_mask,
                                      std::span<std::byte>* chunk);
  std::span<std::byte> scratch(int which, std::int64_t bytes);

  std::int64_t chunk_bytes_;
  std::int64_t scratch_bytes_;
  std::vector<std::unique_ptr<ChunkFilter>> filters_;
  std::unique_ptr<std::byte[]> scratch_[2];  // filters write into one after the other
};

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "filters/chunk_decoder.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "filters/decode_error.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t mask_bits = 32;  // HDF5 allows no more filters than that

/// Where a pipeline may make more of a chunk than this, its parameters are odd enough to leave it to the library.
constexpr std::int64_t most_bytes(std::int64_t chunk_bytes) { return 8 * chunk_bytes + (std::int64_t{1} << 20); }
constexpr std::int64_t longest_chunk = std::int64_t{1} << 40;

}  // namespace

bool can_decode(const std::vector<FilterStep>& pipeline, std::int64_t chunk_bytes) {
  if (pipeline.size() > mask_bits || chunk_bytes < 0 || chunk_bytes > longest_chunk) return false;
  std::int64_t bytes = chunk_bytes;
  return std::all_of(pipeline.begin(), pipeline.end(), [&](const FilterStep& step) {
    const std::unique_ptr<ChunkFilter> filter = make_chunk_filter(step);
    if (filter == nullptr) return false;
    bytes = filter->most_stored(bytes);
    return bytes <= most_bytes(chunk_bytes);
  });
}

std::int64_t stored_bytes_limit(const std::vector<FilterStep>& pipeline, std::int64_t chunk_bytes) {
  // Twice and something over what encoders here and in HDF5 make: others may be worse, and this only guards memory.
  constexpr std::int64_t more = std::int64_t{64} << 10;
  std::int64_t bytes = chunk_bytes;
  for (const FilterStep& step : pipeline) {
    if (const auto filter = make_chunk_filter(step)) bytes = filter->most_stored(bytes);
  }
  return pipeline.empty() ? chunk_bytes : 2 * bytes + more;
}

ChunkDecoder::ChunkDecoder(const std::vector<FilterStep>& pipeline, std::int64_t chunk_bytes)
    : chunk_bytes_(chunk_bytes), scratch_bytes_(chunk_bytes) {
  if (!can_decode(pipeline, chunk_bytes)) throw Error(ExitCode::internal, "a filter pipeline that is not known here");
  for (const FilterStep& step : pipeline) {
    // What the last filter made is in `stored` and needs no room here.
    if (!filters_.empty()) scratch_bytes_ = filters_.back()->most_stored(scratch_bytes_);
    filters_.push_back(make_chunk_filter(step));
  }
}

std::span<std::byte> ChunkDecoder::scratch(int which, std::int64_t bytes) {
  if (!scratch_[which]) {
    scratch_[which] = std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(scratch_bytes_));
  }
  return {scratch_[which].get(), static_cast<std::size_t>(bytes)};
}

/// With a `chunk` to write to, the result may be there.
std::span<const std::byte> ChunkDecoder::undo_all(std::span<const std::byte> stored, std::uint32_t filter_mask,
                                                  std::span<std::byte>* chunk) {
  std::array<ChunkFilter*, mask_bits> taken{};          // the filters that were not skipped
  std::array<std::int64_t, mask_bits + 1> most_before;  // the most bytes that filter could get when writing
  most_before[0] = chunk_bytes_;
  std::size_t count = 0;
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    if ((filter_mask >> i & 1) != 0) continue;
    most_before[count + 1] = filters_[i]->most_stored(most_before[count]);
    taken[count++] = filters_[i].get();
  }
  std::span<const std::byte> bytes = stored;
  int next = 0;
  for (std::size_t i = count; i-- > 0;) {
    std::span<std::byte> out;
    if (!taken[i]->only_narrows()) {
      out = i == 0 && chunk != nullptr ? *chunk : scratch(next, most_before[i]);
      next = 1 - next;
    }
    bytes = taken[i]->undo(bytes, out);
  }
  if (bytes.size() != static_cast<std::size_t>(chunk_bytes_)) {
    throw DecodeError(fmt::format("decodes to {} bytes, {} expected", bytes.size(), chunk_bytes_));
  }
  return bytes;
}

std::span<const std::byte> ChunkDecoder::decode(std::span<const std::byte> stored, std::uint32_t filter_mask) {
  return undo_all(stored, filter_mask, nullptr);
}

void ChunkDecoder::decode_into(std::span<const std::byte> stored, std::uint32_t filter_mask,
                               std::span<std::byte> chunk) {
  if (chunk.size() != static_cast<std::size_t>(chunk_bytes_)) {
    throw Error(ExitCode::internal, "room for a chunk of another size");
  }
  const std::span<const std::byte> bytes = undo_all(stored, filter_mask, &chunk);
  if (bytes.data() != chunk.data() && !bytes.empty()) std::memcpy(chunk.data(), bytes.data(), bytes.size());
}

}  // namespace scatterfold

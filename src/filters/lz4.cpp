// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <lz4.h>

#include <algorithm>
#include <cstring>

#include "filters/big_endian.hpp"
#include "filters/chunk_filter.hpp"
#include "filters/decode_error.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t header_bytes = 12, block_header_bytes = 4;

/// Filter 32004: the decoded size (8 bytes) and the block size (4 bytes), then blocks, each behind its stored size (4
/// bytes); a block that LZ4 could not make smaller is there as it was. Numbers are big-endian.
/// Source: https://github.com/HDFGroup/hdf5_plugins/blob/master/docs/RegisteredFilterPlugins.md (HDF5_LZ4.pdf)
class Lz4 : public ChunkFilter {
 public:
  explicit Lz4(std::int64_t block_bytes) : block_bytes_(block_bytes) {}

  std::int64_t most_stored(std::int64_t bytes) const override {
    const std::int64_t blocks = (bytes + block_bytes_ - 1) / block_bytes_;
    return bytes + std::int64_t{header_bytes} + blocks * std::int64_t{block_header_bytes};
  }

  std::span<const std::byte> undo(std::span<const std::byte> stored, std::span<std::byte> out) override {
    if (stored.size() < header_bytes) throw DecodeError("the lz4 header is cut off");
    const std::uint64_t bytes = big_endian(stored.first(8));
    if (bytes > out.size()) throw_too_long("lz4", out.size());
    const std::size_t block_bytes = big_endian(stored.subspan(8, 4));
    if (bytes > 0 && block_bytes == 0) throw DecodeError("the lz4 header has a block size of 0");
    stored = stored.subspan(header_bytes);
    for (std::size_t done = 0; done < bytes;) {
      const std::size_t block = std::min<std::size_t>(block_bytes, bytes - done);
      stored = stored.subspan(undo_block(stored, out.subspan(done, block)));
      done += block;
    }
    return out.first(bytes);
  }

 private:
  /// Fills `out` from the block that `stored` begins with; gives how many bytes of `stored` that took.
  static std::size_t undo_block(std::span<const std::byte> stored, std::span<std::byte> out) {
    if (stored.size() < block_header_bytes) throw DecodeError("the lz4 blocks are cut off");
    const std::size_t block_stored = big_endian(stored.first(block_header_bytes));
    stored = stored.subspan(block_header_bytes);
    if (block_stored > stored.size()) throw DecodeError("the lz4 blocks are cut off");
    if (block_stored == out.size()) {
      std::memcpy(out.data(), stored.data(), out.size());
    } else if (out.size() > LZ4_MAX_INPUT_SIZE || block_stored > LZ4_MAX_INPUT_SIZE ||
               LZ4_decompress_safe(reinterpret_cast<const char*>(stored.data()), reinterpret_cast<char*>(out.data()),
                                   static_cast<int>(block_stored),
                                   static_cast<int>(out.size())) != static_cast<int>(out.size())) {
      throw DecodeError("an lz4 block is broken");
    }
    return block_header_bytes + block_stored;
  }

  std::int64_t block_bytes_;
};

}  // namespace

std::unique_ptr<ChunkFilter> make_lz4(const FilterStep& step) {
  constexpr std::int64_t usual = std::int64_t{1} << 30;  // what the filter takes when it is told nothing, or 0
  const bool told = !step.parameters.empty() && step.parameters[0] != 0;
  return std::make_unique<Lz4>(told ? std::int64_t{step.parameters[0]} : usual);
}

}  // namespace scatterfold

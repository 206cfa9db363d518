// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <lz4.h>

#include <cstring>
#include <vector>

#include "filters/big_endian.hpp"
#include "filters/bitshuffle_layout.hpp"
#include "filters/byte_kernels.hpp"
#include "filters/chunk_filter.hpp"
#include "filters/decode_error.hpp"
#include "filters/zstd_context.hpp"

namespace scatterfold {
namespace {

enum class Compression : unsigned { none = 0, lz4 = 2, zstd = 3 };

/// Filter 32008: in each block the lowest bits of all elements, then the next bits and so on; each block compressed or
/// none. Compressed blocks stand behind their stored sizes (4 bytes, big-endian).
class Bitshuffle : public ChunkFilter {
 public:
  Bitshuffle(std::int64_t element_bytes, std::int64_t block_elements, Compression compression)
      : element_bytes_(element_bytes), block_elements_(block_elements), compression_(compression) {}

  std::int64_t most_stored(std::int64_t bytes) const override {
    if (compression_ == Compression::none) return bytes;
    // LZ4_COMPRESSBOUND and ZSTD_COMPRESSBOUND of a block, rounded up, and its size before it.
    const std::int64_t blocks = bytes / (block_elements_ * element_bytes_) + 1;
    return bytes + bytes / 128 + bitshuffle::header_bytes + blocks * 128;
  }

  std::span<const std::byte> undo(std::span<const std::byte> stored, std::span<std::byte> out) override {
    std::uint64_t bytes = stored.size();
    std::int64_t block = block_elements_;
    if (compression_ != Compression::none) {
      if (stored.size() < bitshuffle::header_bytes) throw DecodeError("the bitshuffle header is cut off");
      bytes = big_endian(stored.first(8));
      block = static_cast<std::int64_t>(big_endian(stored.subspan(8, 4))) / element_bytes_;
      if (block == 0) block = bitshuffle::default_block_elements(element_bytes_);
      stored = stored.subspan(bitshuffle::header_bytes);
    }
    if (bytes > out.size()) throw_too_long("bitshuffle", out.size());
    if (bytes % static_cast<std::uint64_t>(element_bytes_) != 0) {
      throw DecodeError(fmt::format("bitshuffle has {} bytes, no multiple of {}", bytes, element_bytes_));
    }
    if (block % bitshuffle::group != 0) throw DecodeError(fmt::format("bitshuffle has blocks of {} elements", block));
    undo_blocks(stored, out.first(bytes), block);
    return out.first(bytes);
  }

 private:
  void undo_blocks(std::span<const std::byte> stored, std::span<std::byte> out, std::int64_t block) {
    const auto total = static_cast<std::int64_t>(out.size()) / element_bytes_;
    const std::int64_t in_blocks = total - total % bitshuffle::group;
    for (std::int64_t done = 0; done < in_blocks;) {
      const std::int64_t elements = std::min(block, in_blocks - done);
      const auto bytes = static_cast<std::size_t>(elements * element_bytes_);
      const std::span<const std::byte> bits = bits_of_block(stored, bytes);
      if (planes_.size() < bytes) planes_.resize(bytes);
      kernels_.bit_unshuffle(bits.data(), planes_.data(), elements, element_bytes_);
      kernels_.unshuffle(planes_.data(), out.data() + done * element_bytes_, elements, element_bytes_);
      done += elements;
    }
    const std::span<std::byte> rest = out.subspan(static_cast<std::size_t>(in_blocks * element_bytes_));
    if (stored.size() < rest.size()) throw DecodeError("bitshuffle is cut off");
    if (!rest.empty()) std::memcpy(rest.data(), stored.data(), rest.size());
  }

  /// The shuffled bits of the block that `stored` begins with, which is taken off `stored`.
  std::span<const std::byte> bits_of_block(std::span<const std::byte>& stored, std::size_t bytes) {
    const std::size_t size_bytes = compression_ == Compression::none ? 0 : 4;
    if (stored.size() < size_bytes) throw DecodeError("the bitshuffle blocks are cut off");
    const std::size_t block_stored = size_bytes == 0 ? bytes : big_endian(stored.first(size_bytes));
    if (block_stored > stored.size() - size_bytes) throw DecodeError("the bitshuffle blocks are cut off");
    const std::span<const std::byte> block = stored.subspan(size_bytes, block_stored);
    stored = stored.subspan(size_bytes + block_stored);
    if (compression_ == Compression::none) return block;
    if (bits_.size() < bytes) bits_.resize(bytes);
    const std::span<std::byte> bits = std::span(bits_).first(bytes);
    if (!decompress(block, bits)) throw DecodeError("a block of bitshuffle is broken");
    return bits;
  }

  /// Whether the block has exactly as many bytes as `out`.
  bool decompress(std::span<const std::byte> block, std::span<std::byte> out) {
    if (compression_ == Compression::zstd) return zstd_.decode(block, out, "a block of bitshuffle") == out.size();
    return block.size() <= LZ4_MAX_INPUT_SIZE && out.size() <= LZ4_MAX_INPUT_SIZE &&
           LZ4_decompress_safe(reinterpret_cast<const char*>(block.data()), reinterpret_cast<char*>(out.data()),
                               static_cast<int>(block.size()),
                               static_cast<int>(out.size())) == static_cast<int>(out.size());
  }

  std::int64_t element_bytes_, block_elements_;
  Compression compression_;
  ZstdContext zstd_;
  std::vector<std::byte> bits_, planes_;  // of one block, decompressed; and with whole bytes together
  const ByteKernels& kernels_ = byte_kernels();
};

}  // namespace

std::unique_ptr<ChunkFilter> make_bitshuffle(const FilterStep& step) {
  // Version (2 numbers), element size; then what a user may have asked for: block size, compression, level.
  const auto parameter = [&](std::size_t i) { return i < step.parameters.size() ? step.parameters[i] : 0; };
  const std::int64_t element_bytes = parameter(2);
  std::int64_t block = parameter(3);
  const auto compression = static_cast<Compression>(parameter(4));
  if (element_bytes == 0 || block % bitshuffle::group != 0) return nullptr;
  if (compression != Compression::none && compression != Compression::lz4 && compression != Compression::zstd) {
    return nullptr;
  }
  if (block == 0) block = bitshuffle::default_block_elements(element_bytes);
  constexpr std::int64_t longest_block = std::int64_t{1} << 32;  // the header has 4 bytes for it
  if (block > longest_block / element_bytes) return nullptr;
  return std::make_unique<Bitshuffle>(element_bytes, block, compression);
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <blosc.h>
#include <libdeflate.h>
#include <lz4.h>
#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "filters/bitshuffle_layout.hpp"
#include "filters/filter_step.hpp"

/// The filters forwards, in the plainest words, with the libraries where there is one.
namespace scatterfold::encode {

using Buffer = std::vector<std::byte>;

/// Bytes computed from their index; a few repeat, so that they compress.
inline Buffer bytes_of(std::size_t count, std::uint32_t seed = 1) {
  Buffer out(count);
  std::uint32_t state = seed * 2654435761u + 12345u;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    out[i] = static_cast<std::byte>(i % 4 < 2 ? state >> 24 : i / 64);
  }
  return out;
}

inline void append_big_endian(Buffer& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
}

inline Buffer shuffle(const Buffer& raw, std::size_t element_bytes) {
  Buffer out = raw;
  const std::size_t elements = raw.size() / element_bytes;
  for (std::size_t i = 0; i < elements; ++i) {
    for (std::size_t b = 0; b < element_bytes; ++b) out[b * elements + i] = raw[i * element_bytes + b];
  }
  return out;
}

/// Sums modulo 65535 by definition; 65535 stands for a multiple of it that is not an empty sum.
inline std::uint32_t fletcher32_sum(const Buffer& data) {
  std::uint64_t plain = 0, of_sums = 0;
  bool any = false;
  for (std::size_t i = 0; i < data.size(); i += 2) {
    std::uint64_t word = std::to_integer<std::uint64_t>(data[i]) << 8;
    if (i + 1 < data.size()) word |= std::to_integer<std::uint64_t>(data[i + 1]);
    any = any || word != 0;
    plain = (plain + word) % 65535;
    of_sums = (of_sums + plain) % 65535;
  }
  const auto shown = [&](std::uint64_t sum) { return static_cast<std::uint32_t>(sum == 0 && any ? 65535 : sum); };
  return shown(of_sums) << 16 | shown(plain);
}

inline Buffer fletcher32(const Buffer& raw, bool old_byte_order = false) {
  std::uint32_t sum = fletcher32_sum(raw);
  if (old_byte_order) sum = (sum & 0x00ff00ffu) << 8 | (sum >> 8 & 0x00ff00ffu);
  Buffer out = raw;
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<std::byte>(sum >> (8 * i) & 0xff));
  return out;
}

inline Buffer deflate(const Buffer& raw, int level = 6) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> context(
      libdeflate_alloc_compressor(level), libdeflate_free_compressor);
  Buffer out(libdeflate_zlib_compress_bound(context.get(), raw.size()));
  out.resize(libdeflate_zlib_compress(context.get(), raw.data(), raw.size(), out.data(), out.size()));
  return out;
}

inline Buffer zstd(std::span<const std::byte> raw) {
  Buffer out(ZSTD_compressBound(raw.size()));
  out.resize(ZSTD_compress(out.data(), out.size(), raw.data(), raw.size(), 3));
  return out;
}

/// One frame that does not say how much it decodes to.
inline Buffer zstd_without_size(const Buffer& raw) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, 0);
  Buffer out(ZSTD_compressBound(raw.size()));
  out.resize(ZSTD_compress2(context.get(), out.data(), out.size(), raw.data(), raw.size()));
  return out;
}

inline Buffer lz4_block(std::span<const std::byte> raw) {
  Buffer out(static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(raw.size()))));
  out.resize(static_cast<std::size_t>(
      LZ4_compress_default(reinterpret_cast<const char*>(raw.data()), reinterpret_cast<char*>(out.data()),
                           static_cast<int>(raw.size()), static_cast<int>(out.size()))));
  return out;
}

inline Buffer lz4(const Buffer& raw, std::size_t block_bytes) {
  Buffer out;
  append_big_endian(out, raw.size(), 8);
  append_big_endian(out, block_bytes, 4);
  for (std::size_t at = 0; at < raw.size(); at += block_bytes) {
    const std::span<const std::byte> block = std::span(raw).subspan(at, std::min(block_bytes, raw.size() - at));
    Buffer packed = lz4_block(block);
    if (packed.size() >= block.size()) packed.assign(block.begin(), block.end());
    append_big_endian(out, packed.size(), 4);
    out.insert(out.end(), packed.begin(), packed.end());
  }
  return out;
}

/// The bits of one block, a multiple of 8 elements.
inline Buffer bit_shuffle(std::span<const std::byte> raw, std::size_t element_bytes) {
  Buffer out(raw.size());
  const std::size_t elements = raw.size() / element_bytes;
  for (std::size_t i = 0; i < elements; ++i) {
    for (std::size_t bit = 0; bit < 8 * element_bytes; ++bit) {
      const bool set = (raw[i * element_bytes + bit / 8] >> (bit % 8) & std::byte{1}) != std::byte{0};
      if (set) out[(bit * elements + i) / 8] |= static_cast<std::byte>(1 << (i % 8));
    }
  }
  return out;
}

inline Buffer bitshuffle(const Buffer& raw, const std::vector<unsigned>& parameters) {
  const std::size_t element_bytes = parameters[2];
  const unsigned compression = parameters.size() > 4 ? parameters[4] : 0;
  std::size_t block = parameters.size() > 3 ? parameters[3] : 0;
  if (block == 0) block = bitshuffle::default_block_elements(static_cast<std::int64_t>(element_bytes));
  Buffer out;
  if (compression != 0) {
    append_big_endian(out, raw.size(), 8);
    append_big_endian(out, block * element_bytes, 4);
  }
  const std::size_t elements = raw.size() / element_bytes, in_blocks = elements / 8 * 8;
  for (std::size_t i = 0; i < in_blocks;) {
    const std::size_t count = std::min(block, in_blocks - i);
    Buffer packed = bit_shuffle(std::span(raw).subspan(i * element_bytes, count * element_bytes), element_bytes);
    if (compression != 0) {
      packed = compression == 2 ? lz4_block(packed) : zstd(packed);
      append_big_endian(out, packed.size(), 4);
    }
    out.insert(out.end(), packed.begin(), packed.end());
    i += count;
  }
  out.insert(out.end(), raw.begin() + static_cast<std::ptrdiff_t>(in_blocks * element_bytes), raw.end());
  return out;
}

inline Buffer blosc(const Buffer& raw, std::size_t element_bytes, int shuffling, const char* compressor) {
  Buffer out(raw.size() + BLOSC_MAX_OVERHEAD);
  const int size =
      blosc_compress_ctx(5, shuffling, element_bytes, raw.size(), raw.data(), out.data(), out.size(), compressor, 0, 1);
  if (size <= 0) throw std::runtime_error(std::string("blosc without ") + compressor);
  out.resize(static_cast<std::size_t>(size));
  return out;
}

/// What one filter makes of the bytes.
inline Buffer filter(const Buffer& raw, const FilterStep& step) {
  switch (step.id) {
    case filter_id::deflate: return deflate(raw);
    case filter_id::shuffle: return shuffle(raw, step.parameters[0]);
    case filter_id::fletcher32: return fletcher32(raw);
    case filter_id::lz4: return lz4(raw, step.parameters.empty() ? std::size_t{1} << 30 : step.parameters[0]);
    case filter_id::zstd: return zstd(raw);
    case filter_id::bitshuffle: return bitshuffle(raw, step.parameters);
    case filter_id::blosc: return blosc(raw, step.parameters[2], static_cast<int>(step.parameters[5]), "lz4");
    default: throw std::runtime_error("no such filter here");
  }
}

/// What a pipeline makes of a chunk.
inline Buffer chunk(const Buffer& raw, const std::vector<FilterStep>& pipeline, std::uint32_t filter_mask = 0) {
  Buffer bytes = raw;
  for (std::size_t i = 0; i < pipeline.size(); ++i) {
    if ((filter_mask >> i & 1) == 0) bytes = filter(bytes, pipeline[i]);
  }
  return bytes;
}

}  // namespace scatterfold::encode

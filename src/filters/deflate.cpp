// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <libdeflate.h>

#include <new>

#include "filters/chunk_filter.hpp"
#include "filters/decode_error.hpp"

namespace scatterfold {
namespace {

/// Filter 1: one zlib stream (RFC 1950). What follows its end is ignored, as HDF5 does.
class Deflate : public ChunkFilter {
 public:
  /// Source: deflateBound() of zlib, for whatever settings the writer had.
  std::int64_t most_stored(std::int64_t bytes) const override { return bytes + bytes / 8 + bytes / 64 + 64; }

  std::span<const std::byte> undo(std::span<const std::byte> stored, std::span<std::byte> out) override {
    if (!context_) context_.reset(libdeflate_alloc_decompressor());
    if (!context_) throw std::bad_alloc();
    std::size_t bytes = 0;
    switch (libdeflate_zlib_decompress(context_.get(), stored.data(), stored.size(), out.data(), out.size(), &bytes)) {
      case LIBDEFLATE_SUCCESS: return out.first(bytes);
      case LIBDEFLATE_INSUFFICIENT_SPACE: throw_too_long("the deflate stream", out.size());
      default: throw DecodeError("the deflate stream is broken");
    }
  }

 private:
  struct Free {
    void operator()(libdeflate_decompressor* context) const noexcept { libdeflate_free_decompressor(context); }
  };
  std::unique_ptr<libdeflate_decompressor, Free> context_;
};

}  // namespace

std::unique_ptr<ChunkFilter> make_deflate(const FilterStep&) { return std::make_unique<Deflate>(); }

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <zstd.h>

#include "filters/chunk_filter.hpp"
#include "filters/decode_error.hpp"
#include "filters/zstd_context.hpp"

namespace scatterfold {
namespace {

/// Filter 32015: zstd frames (RFC 8878); usually one, with or without its decoded size.
class Zstd : public ChunkFilter {
 public:
  std::int64_t most_stored(std::int64_t bytes) const override {
    return static_cast<std::int64_t>(ZSTD_COMPRESSBOUND(static_cast<std::size_t>(bytes)));
  }

  std::span<const std::byte> undo(std::span<const std::byte> stored, std::span<std::byte> out) override {
    const auto bytes = context_.decode(stored, out, "the zstd frame");
    if (!bytes) throw DecodeError("the zstd frame is broken");
    return out.first(*bytes);
  }

 private:
  ZstdContext context_;
};

}  // namespace

std::unique_ptr<ChunkFilter> make_zstd(const FilterStep&) { return std::make_unique<Zstd>(); }

}  // namespace scatterfold

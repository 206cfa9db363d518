// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <blosc.h>

#include "filters/chunk_filter.hpp"
#include "filters/decode_error.hpp"

namespace scatterfold {
namespace {

/// Filter 32001: one buffer of Blosc 1, which states its own compressor, shuffling and sizes.
class Blosc : public ChunkFilter {
 public:
  std::int64_t most_stored(std::int64_t bytes) const override { return bytes + BLOSC_MAX_OVERHEAD; }

  std::span<const std::byte> undo(std::span<const std::byte> stored, std::span<std::byte> out) override {
    std::size_t bytes = 0;
    if (stored.size() < BLOSC_MIN_HEADER_LENGTH || blosc_cbuffer_validate(stored.data(), stored.size(), &bytes) != 0) {
      throw DecodeError("the header of the blosc buffer is broken, or the buffer is cut off");
    }
    if (bytes > out.size()) throw_too_long("the blosc buffer", out.size());
    constexpr int threads = 1;  // and no state that threads would share
    const int decoded = blosc_decompress_ctx(stored.data(), out.data(), out.size(), threads);
    if (decoded < 0 || static_cast<std::size_t>(decoded) != bytes) {
      const char* compressor = blosc_cbuffer_complib(stored.data());
      throw DecodeError(fmt::format("the blosc buffer is broken, or its compressor ({}) is not known here",
                                    compressor != nullptr ? compressor : "unknown"));
    }
    return out.first(bytes);
  }
};

}  // namespace

std::unique_ptr<ChunkFilter> make_blosc(const FilterStep& step) {
  constexpr std::size_t compressor_at = 6;  // behind versions, type size, chunk size, level, shuffle
  const char* name = nullptr;
  if (step.parameters.size() > compressor_at &&
      blosc_compcode_to_compname(static_cast<int>(step.parameters[compressor_at]), &name) < 0) {
    return nullptr;  // a compressor that this libblosc was built without
  }
  return std::make_unique<Blosc>();
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "filters/chunk_decoder.hpp"

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "filters/decode_error.hpp"
#include "filters/encode.hpp"
#include "filters/exact_copy.hpp"
#include "filters/pipelines.hpp"

/// A pipeline out of the input's bytes, and stored bytes that are either the rest of them, or the rest encoded as the
/// pipeline does it and then damaged: noise alone would hardly get past the libraries' headers. Whatever happens,
/// decoding gives exactly a chunk's bytes or a DecodeError, the same for both ways to decode; without damage it gives
/// the chunk.
namespace scatterfold {
namespace {

using encode::Buffer;

/// With `sane` it is one that the tests can encode.
FilterStep step_of(FuzzedDataProvider& input, bool sane) {
  const auto element_bytes = input.ConsumeIntegralInRange<unsigned>(1, 20);
  switch (input.ConsumeIntegralInRange(0, 7)) {
    case 0: return deflate_step();
    case 1: return fletcher32_step();
    case 2: return zstd_step();
    case 3: return lz4_step(input.ConsumeIntegralInRange<unsigned>(0, 300));
    case 4:
      return bitshuffle_step(element_bytes, 8 * input.ConsumeIntegralInRange<unsigned>(0, 40),
                             input.PickValueInArray({0u, 2u, 3u}));
    case 5: return blosc_step(element_bytes, input.ConsumeIntegralInRange<unsigned>(0, 2));
    case 6:
      if (sane) return shuffle_step(1);
      return {input.ConsumeIntegral<std::uint16_t>(), {input.ConsumeIntegral<unsigned>()}};
    default: return shuffle_step(element_bytes);
  }
}

/// Gives whether anything was changed.
bool damage(Buffer& stored, FuzzedDataProvider& input) {
  const Buffer before = stored;
  for (int edits = input.ConsumeIntegralInRange(0, 4); edits > 0 && !stored.empty(); --edits) {
    // Mostly near the front, where the headers are.
    const std::size_t last = input.ConsumeBool() ? std::min<std::size_t>(stored.size(), 32) - 1 : stored.size() - 1;
    stored[input.ConsumeIntegralInRange<std::size_t>(0, last)] =
        static_cast<std::byte>(input.ConsumeIntegral<std::uint8_t>());
  }
  if (input.ConsumeBool()) stored.resize(input.ConsumeIntegralInRange<std::size_t>(0, stored.size() + 8));
  return stored != before;
}

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_chunk_decoder: %s\n", what);
  std::abort();
}

/// The chunk, or nothing for a DecodeError.
template <class Decode>
std::optional<Buffer> outcome(const Decode& decode) {
  try {
    return decode();
  } catch (const DecodeError&) {
    return std::nullopt;
  }
}

void decode_both_ways(const std::vector<FilterStep>& pipeline, std::size_t chunk_bytes, std::uint32_t mask,
                      const Buffer& stored, const Buffer* expected) {
  if (!can_decode(pipeline, static_cast<std::int64_t>(chunk_bytes))) return;
  ChunkDecoder decoder(pipeline, static_cast<std::int64_t>(chunk_bytes));
  ExactCopy from(stored), into(chunk_bytes);
  const auto one = outcome([&] {
    const auto bytes = decoder.decode(from.bytes(), mask);
    return Buffer(bytes.begin(), bytes.end());
  });
  const auto other = outcome([&] {
    decoder.decode_into(from.bytes(), mask, into.bytes());
    return Buffer(into.bytes().begin(), into.bytes().end());
  });
  require(one == other, "the two ways to decode differ");
  require(!one || one->size() == chunk_bytes, "not as many bytes as a chunk has");
  if (expected != nullptr) require(one == *expected, "what was encoded does not decode to itself");
}

/// Bitshuffle takes whole elements only: what it is given must be known to be some.
bool always_decodes(const std::vector<FilterStep>& pipeline, std::size_t chunk_bytes) {
  for (std::size_t i = 0; i < pipeline.size(); ++i) {
    if (pipeline[i].id != filter_id::bitshuffle) continue;
    if (i > 0 || chunk_bytes % pipeline[i].parameters[2] != 0) return false;
  }
  return true;
}

void run(FuzzedDataProvider& input) {
  std::vector<FilterStep> pipeline(input.ConsumeIntegralInRange<std::size_t>(0, 4));
  const bool encoded = input.ConsumeBool();
  for (FilterStep& step : pipeline) step = step_of(input, encoded);
  const std::uint32_t mask = input.ConsumeBool() ? input.ConsumeIntegral<std::uint32_t>() : 0;
  if (!encoded) {
    const auto chunk_bytes = input.ConsumeIntegralInRange<std::size_t>(0, 5000);
    const std::vector<std::uint8_t> rest = input.ConsumeRemainingBytes<std::uint8_t>();
    Buffer stored(rest.size());
    std::transform(rest.begin(), rest.end(), stored.begin(), [](std::uint8_t byte) { return std::byte{byte}; });
    return decode_both_ways(pipeline, chunk_bytes, mask, stored, nullptr);
  }
  const Buffer raw =
      encode::bytes_of(input.ConsumeIntegralInRange<std::size_t>(0, 5000), input.ConsumeIntegral<std::uint8_t>());
  if (!can_decode(pipeline, static_cast<std::int64_t>(raw.size()))) return;
  Buffer stored = encode::chunk(raw, pipeline, mask);
  const bool damaged = damage(stored, input);
  decode_both_ways(pipeline, raw.size(), mask, stored,
                   !damaged && always_decodes(pipeline, raw.size()) ? &raw : nullptr);
}

}  // namespace
}  // namespace scatterfold

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  scatterfold::run(input);
  return 0;
}

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include "filters/chunk_decoder.hpp"
#include "filters/decode_error.hpp"
#include "filters/encode.hpp"
#include "filters/exact_copy.hpp"
#include "filters/pipelines.hpp"

namespace scatterfold {
namespace {

using encode::Buffer;

constexpr unsigned element_bytes = 4;

/// The error's text; nothing when the bytes decode, which must then be as many as a chunk has.
std::string problem_of(ChunkDecoder& decoder, const Buffer& stored) {
  ExactCopy from(stored);
  try {
    EXPECT_EQ(static_cast<std::int64_t>(decoder.decode(from.bytes(), 0).size()), decoder.chunk_bytes());
  } catch (const DecodeError& error) {
    EXPECT_STRNE(error.what(), "");
    return error.what();
  }
  return "";
}

std::string problem_of(const std::vector<FilterStep>& pipeline, std::int64_t chunk_bytes, const Buffer& stored) {
  ChunkDecoder decoder(pipeline, chunk_bytes);
  return problem_of(decoder, stored);
}

TEST(BrokenChunk, EveryTruncationIsAnError) {
  const Buffer raw = encode::bytes_of(element_bytes * 203);
  for (const NamedPipeline& pipeline : usual_pipelines(element_bytes)) {
    const Buffer stored = encode::chunk(raw, pipeline.steps);
    ChunkDecoder decoder(pipeline.steps, static_cast<std::int64_t>(raw.size()));
    for (std::size_t size = 0; size < stored.size(); ++size) {
      const Buffer cut(stored.begin(), stored.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_NE(problem_of(decoder, cut), "") << pipeline.name << " cut to " << size << " of " << stored.size();
    }
    EXPECT_EQ(problem_of(decoder, stored), "") << pipeline.name;
  }
}

TEST(BrokenChunk, EveryFlippedBitIsAnErrorOrGivesAsManyBytes) {
  const Buffer raw = encode::bytes_of(element_bytes * 131);
  for (const NamedPipeline& pipeline : usual_pipelines(element_bytes)) {
    Buffer stored = encode::chunk(raw, pipeline.steps);
    ChunkDecoder decoder(pipeline.steps, static_cast<std::int64_t>(raw.size()));
    for (std::size_t bit = 0; bit < 8 * stored.size(); ++bit) {
      const auto flip = static_cast<std::byte>(1 << bit % 8);
      stored[bit / 8] ^= flip;
      const std::string problem = problem_of(decoder, stored);
      if (pipeline.steps.size() == 1 && pipeline.steps[0].id == filter_id::fletcher32) {
        EXPECT_NE(problem, "") << "bit " << bit;
      }
      stored[bit / 8] ^= flip;
    }
  }
}

TEST(BrokenChunk, NoiseIsAnErrorOrGivesAsManyBytes) {
  for (const NamedPipeline& pipeline : usual_pipelines(element_bytes)) {
    ChunkDecoder decoder(pipeline.steps, 400);
    for (std::uint32_t seed = 0; seed < 500; ++seed) problem_of(decoder, encode::bytes_of(seed, seed));
  }
}

TEST(BrokenChunk, SaysWhichFilterAndWhatIsWrong) {
  const Buffer raw = encode::bytes_of(4096);
  Buffer summed = encode::fletcher32(raw);
  summed[17] ^= std::byte{1};
  EXPECT_NE(problem_of({fletcher32_step()}, 4096, summed).find("fletcher32 checksum does not match"),
            std::string::npos);
  EXPECT_EQ(problem_of({fletcher32_step()}, 4096, Buffer(3)), "no room for a fletcher32 checksum in 3 bytes");
  EXPECT_EQ(problem_of({deflate_step()}, 4096, raw), "the deflate stream is broken");
  EXPECT_EQ(problem_of({zstd_step()}, 4096, raw), "the zstd frame is broken");
  EXPECT_EQ(problem_of({}, 4100, raw), "decodes to 4096 bytes, 4100 expected");
  EXPECT_EQ(problem_of({deflate_step()}, 4100, encode::deflate(raw)), "decodes to 4096 bytes, 4100 expected");
  EXPECT_EQ(problem_of({deflate_step()}, 4000, encode::deflate(raw)),
            "the deflate stream decodes to more than the 4000 bytes that can be there");
  EXPECT_EQ(problem_of({zstd_step()}, 4000, encode::zstd(raw)),
            "the zstd frame decodes to more than the 4000 bytes that can be there");
  EXPECT_EQ(problem_of({blosc_step(4)}, 4000, encode::blosc(raw, 4, 1, "lz4")),
            "the blosc buffer decodes to more than the 4000 bytes that can be there");
  EXPECT_EQ(problem_of({shuffle_step(4)}, 4000, raw),
            "the shuffle filter decodes to more than the 4000 bytes that can be there");
  EXPECT_EQ(problem_of({bitshuffle_step(3)}, 4096, raw), "bitshuffle has 4096 bytes, no multiple of 3");
}

TEST(BrokenChunk, AHugeClaimIsRefusedBeforeAnythingIsAllocated) {
  for (const std::uint64_t claim :
       {std::uint64_t{401}, std::uint64_t{1} << 32, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    Buffer stored;
    encode::append_big_endian(stored, claim, 8);
    encode::append_big_endian(stored, 1024, 4);
    stored.resize(200);
    EXPECT_EQ(problem_of({lz4_step()}, 400, stored), "lz4 decodes to more than the 400 bytes that can be there");
    EXPECT_EQ(problem_of({bitshuffle_step(4, 0, 2)}, 400, stored),
              "bitshuffle decodes to more than the 400 bytes that can be there");
  }
}

TEST(BrokenChunk, OddBlockSizesAreRefused) {
  for (const std::uint64_t block : {std::uint64_t{0}, std::uint64_t{4}, std::uint64_t{0xffffffff}}) {
    Buffer stored;
    encode::append_big_endian(stored, 400, 8);
    encode::append_big_endian(stored, block, 4);
    stored.resize(64);
    EXPECT_NE(problem_of({lz4_step()}, 400, stored), "");
    EXPECT_NE(problem_of({bitshuffle_step(4, 0, 2)}, 400, stored), "");
    EXPECT_NE(problem_of({bitshuffle_step(4, 0, 3)}, 400, stored), "");
  }
}

TEST(BrokenChunk, AnIntermediateResultIsBounded) {
  // A megabyte of zeros in a kilobyte, where a checksum leaves room for 404 bytes only.
  const Buffer bomb = encode::deflate(Buffer(1 << 20));
  EXPECT_EQ(problem_of({fletcher32_step(), deflate_step()}, 400, bomb),
            "the deflate stream decodes to more than the 404 bytes that can be there");
}

}  // namespace
}  // namespace scatterfold

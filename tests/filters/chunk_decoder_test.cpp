// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "filters/chunk_decoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "filters/encode.hpp"
#include "filters/exact_copy.hpp"
#include "filters/pipelines.hpp"

namespace scatterfold {
namespace {

using encode::Buffer;

/// Both ways of decoding give the chunk.
void expect_decodes(const std::vector<FilterStep>& pipeline, const Buffer& raw, const Buffer& stored,
                    std::uint32_t mask = 0) {
  const auto size = static_cast<std::int64_t>(raw.size());
  ASSERT_TRUE(can_decode(pipeline, size));
  ChunkDecoder decoder(pipeline, size);
  ExactCopy from(stored), into(raw.size());
  const auto got = decoder.decode(from.bytes(), mask);
  ASSERT_EQ(got.size(), raw.size());
  EXPECT_TRUE(std::equal(got.begin(), got.end(), raw.begin()));
  decoder.decode_into(from.bytes(), mask, into.bytes());
  EXPECT_TRUE(std::equal(raw.begin(), raw.end(), into.bytes().begin()));
}

TEST(ChunkDecoder, UndoesEveryFilterForEveryElementSizeAndLength) {
  for (unsigned element_bytes = 1; element_bytes <= 17; ++element_bytes) {
    for (const NamedPipeline& pipeline : usual_pipelines(element_bytes)) {
      for (const std::size_t elements : {0, 1, 7, 8, 9, 100, 1030}) {
        SCOPED_TRACE(pipeline.name + ", " + std::to_string(elements) + " of " + std::to_string(element_bytes));
        const Buffer raw = encode::bytes_of(elements * element_bytes);
        expect_decodes(pipeline.steps, raw, encode::chunk(raw, pipeline.steps));
      }
    }
  }
}

TEST(ChunkDecoder, LeavesBytesOfNoWholeElementWhereTheyAre) {
  for (const unsigned element_bytes : {2u, 4u, 8u, 16u, 7u, 1000u}) {
    for (std::size_t bytes = 0; bytes < 300; ++bytes) {
      const Buffer raw = encode::bytes_of(bytes);
      for (const auto& pipeline : std::vector<std::vector<FilterStep>>{
               {shuffle_step(element_bytes)}, {shuffle_step(element_bytes), deflate_step(), fletcher32_step()}}) {
        expect_decodes(pipeline, raw, encode::chunk(raw, pipeline));
      }
    }
  }
}

TEST(ChunkDecoder, UndoesFiltersInAnyOrder) {
  const Buffer raw = encode::bytes_of(4 * 555);
  std::vector<FilterStep> steps = {deflate_step(), shuffle_step(4), fletcher32_step(), zstd_step(), lz4_step(100)};
  const auto by_id = [](const FilterStep& a, const FilterStep& b) { return a.id < b.id; };
  std::sort(steps.begin(), steps.end(), by_id);
  do {
    for (std::size_t count = 1; count <= steps.size(); ++count) {
      const std::vector<FilterStep> pipeline(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(count));
      expect_decodes(pipeline, raw, encode::chunk(raw, pipeline));
    }
  } while (std::next_permutation(steps.begin(), steps.end(), by_id));
}

TEST(ChunkDecoder, UndoesRepeatedFilters) {
  const Buffer raw = encode::bytes_of(999);
  const std::vector<FilterStep> pipeline = {fletcher32_step(), shuffle_step(4), fletcher32_step(), shuffle_step(3),
                                            deflate_step(),    deflate_step(),  fletcher32_step()};
  expect_decodes(pipeline, raw, encode::chunk(raw, pipeline));
}

TEST(ChunkDecoder, SkipsTheFiltersOfTheMask) {
  const Buffer raw = encode::bytes_of(4 * 321);
  const std::vector<FilterStep> pipeline = {fletcher32_step(), shuffle_step(4), bitshuffle_step(2, 0, 2),
                                            deflate_step(), fletcher32_step()};
  for (std::uint32_t mask = 0; mask < 32; ++mask) {
    // Bitshuffle takes whole elements only: after a checksum of 4 bytes these are whole, too.
    expect_decodes(pipeline, raw, encode::chunk(raw, pipeline, mask), mask);
    expect_decodes(pipeline, raw, encode::chunk(raw, pipeline, mask),
                   mask | 0xffffffe0u);  // of filters that are not there
  }
}

TEST(ChunkDecoder, GivesTheStoredBytesWhereNoFilterChangesThem) {
  const Buffer raw = encode::bytes_of(100);
  ChunkDecoder plain({}, 100), skipped({deflate_step()}, 100), bytes({shuffle_step(1)}, 100);
  EXPECT_EQ(plain.decode(raw, 0).data(), raw.data());
  EXPECT_EQ(skipped.decode(raw, 1).data(), raw.data());
  EXPECT_EQ(bytes.decode(raw, 0).data(), raw.data());
  const Buffer summed = encode::fletcher32(raw);
  ChunkDecoder checked({fletcher32_step()}, 100);
  EXPECT_EQ(checked.decode(summed, 0).data(), summed.data());
}

TEST(ChunkDecoder, TakesChecksumsOfEitherByteOrder) {
  for (const std::size_t bytes : {0, 1, 2, 99, 100, 4096}) {
    const Buffer raw = encode::bytes_of(bytes);
    expect_decodes({fletcher32_step()}, raw, encode::fletcher32(raw, true));
  }
}

TEST(ChunkDecoder, UndoesEveryCompressorOfBlosc) {
  const Buffer raw = encode::bytes_of(40000);
  for (const char* compressor : {"blosclz", "lz4", "lz4hc", "zlib", "zstd"}) {
    for (const int shuffling : {BLOSC_NOSHUFFLE, BLOSC_SHUFFLE, BLOSC_BITSHUFFLE}) {
      SCOPED_TRACE(std::string(compressor) + " " + std::to_string(shuffling));
      expect_decodes({blosc_step(4)}, raw, encode::blosc(raw, 4, shuffling, compressor));
    }
  }
}

TEST(ChunkDecoder, UndoesZstdFramesOfUnknownSize) {
  const Buffer raw = encode::bytes_of(5000);
  expect_decodes({zstd_step()}, raw, encode::zstd_without_size(raw));
  expect_decodes({fletcher32_step(), zstd_step()}, raw, encode::zstd_without_size(encode::fletcher32(raw)));
}

TEST(ChunkDecoder, IgnoresWhatFollowsADeflateStream) {
  const Buffer raw = encode::bytes_of(500);
  Buffer stored = encode::deflate(raw);
  stored.resize(stored.size() + 7);
  expect_decodes({deflate_step()}, raw, stored);
}

TEST(ChunkDecoder, BelievesTheBlockSizeOfTheChunk) {
  const Buffer raw = encode::bytes_of(4 * 3000);
  expect_decodes({bitshuffle_step(4, 0, 2)}, raw, encode::bitshuffle(raw, {0, 4, 4, 512, 2}));
  expect_decodes({lz4_step(4096)}, raw, encode::lz4(raw, 100));
  expect_decodes({lz4_step(100)}, raw, encode::lz4(raw, 1 << 30));
}

TEST(ChunkDecoder, IsOfUseAfterAnError) {
  const Buffer raw = encode::bytes_of(4 * 1000);
  const std::vector<FilterStep> pipeline = {shuffle_step(4), bitshuffle_step(4, 0, 3), deflate_step(), zstd_step()};
  const Buffer stored = encode::chunk(raw, pipeline);
  ChunkDecoder decoder(pipeline, static_cast<std::int64_t>(raw.size()));
  EXPECT_ANY_THROW(decoder.decode(std::span(stored).first(stored.size() / 2), 0));
  const auto got = decoder.decode(stored, 0);
  EXPECT_TRUE(std::equal(got.begin(), got.end(), raw.begin(), raw.end()));
}

TEST(CanDecode, KnowsItsFiltersAndTheirParameters) {
  EXPECT_TRUE(can_decode({}, 100));
  for (const NamedPipeline& pipeline : usual_pipelines(4))
    EXPECT_TRUE(can_decode(pipeline.steps, 100)) << pipeline.name;
  EXPECT_TRUE(can_decode({{filter_id::bitshuffle, {0, 2, 4}}}, 100)) << "what the user left out";
}

TEST(CanDecode, LeavesTheRestToTheLibrary) {
  constexpr int szip = 4, nbit = 5, scale_offset = 6, lzf = 32000;
  for (const int id : {0, szip, nbit, scale_offset, lzf, -1, 65535}) EXPECT_FALSE(can_decode({{id, {4}}}, 100)) << id;
  EXPECT_FALSE(can_decode({deflate_step(), {szip, {1, 2}}}, 100));
  EXPECT_FALSE(can_decode({{filter_id::shuffle, {}}}, 100));
  EXPECT_FALSE(can_decode({shuffle_step(0)}, 100));
  EXPECT_FALSE(can_decode({{filter_id::bitshuffle, {0, 4}}}, 100)) << "no element size";
  EXPECT_FALSE(can_decode({bitshuffle_step(4, 12)}, 100)) << "no multiple of 8";
  EXPECT_FALSE(can_decode({bitshuffle_step(4, 0, 1)}, 100)) << "no such compression";
  EXPECT_FALSE(can_decode({bitshuffle_step(0xffffffffu, 0xfffffff8u, 2)}, 100));
  EXPECT_FALSE(can_decode({{filter_id::blosc, {2, 2, 4, 0, 5, 1, 77}}}, 100)) << "no such compressor";
  EXPECT_FALSE(can_decode(std::vector<FilterStep>(33, shuffle_step(4)), 100));
  EXPECT_FALSE(can_decode(std::vector<FilterStep>(32, lz4_step(1)), 100)) << "could grow without limit";
  EXPECT_FALSE(can_decode({deflate_step()}, -1));
  EXPECT_ANY_THROW(ChunkDecoder({{szip, {}}}, 100));
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/chunk_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace scatterfold {
namespace {

ChunkCache::Chunk chunk_of(std::int64_t unit) {
  return {{{unit}, {1}, {1}}, std::vector<std::byte>(10, static_cast<std::byte>(unit))};
}

TEST(ChunkCache, keeps_those_used_last) {
  ChunkCache cache(30);
  int made = 0;
  const auto use = [&](std::int64_t unit) {
    const auto chunk = cache.find_or_make({0, unit}, 10, [&] { return ++made, chunk_of(unit); });
    EXPECT_EQ(chunk->elements.at(9), static_cast<std::byte>(unit));
  };
  for (const std::int64_t unit : {1, 2, 3, 1, 4, 1, 3, 4}) use(unit);
  EXPECT_EQ(made, 4) << "2 had to go";
  use(2);
  EXPECT_EQ(made, 5);
  EXPECT_TRUE(cache.fits(30));
  EXPECT_FALSE(cache.fits(31));
}

TEST(ChunkCache, tells_the_chunks_of_parts_apart) {
  ChunkCache cache(100);
  EXPECT_EQ(cache.find_or_make({0, 7}, 10, [] { return chunk_of(1); })->elements[0], std::byte{1});
  EXPECT_EQ(cache.find_or_make({1, 7}, 10, [] { return chunk_of(2); })->elements[0], std::byte{2});
}

TEST(ChunkCache, a_chunk_that_could_not_be_made_is_made_by_the_next) {
  ChunkCache cache(100);
  const auto fail = []() -> ChunkCache::Chunk { throw std::runtime_error("damaged"); };
  EXPECT_THROW(cache.find_or_make({0, 1}, 10, fail), std::runtime_error);
  EXPECT_EQ(cache.find_or_make({0, 1}, 10, [] { return chunk_of(1); })->elements[0], std::byte{1});
}

TEST(ChunkCache, is_for_several_threads) {
  ChunkCache cache(50);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::int64_t i = 0; i < 3000; ++i) {
        const std::int64_t unit = (i * (t + 1)) % 11;
        const auto chunk = cache.find_or_make({0, unit}, 10, [&] { return chunk_of(unit); });
        wrong += chunk->slab.start[0] != unit || chunk->elements[3] != static_cast<std::byte>(unit);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/tiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "partition/made_reductions.hpp"

namespace scatterfold {
namespace {

struct Cut {
  Hyperslab kept;
  std::vector<std::int64_t> shape, granule;
};

const Cut cuts[] = {
    {{{0, 0}, {13, 40}, {1, 1}}, {13, 40}, {1, 1}},
    {{{0, 0}, {13, 40}, {1, 1}}, {13, 40}, {4, 16}},
    {{{5, 3}, {7, 9}, {1, 4}}, {13, 40}, {4, 16}},
    {{{0, 0}, {13, 40}, {1, 1}}, {13, 40}, {100, 3}},
    {{{2, 1}, {3, 13}, {5, 3}}, {20, 40}, {2, 2}},
    {{{0}, {1000}, {1}}, {1000}, {1}},
    {{{0, 0, 0}, {3, 1, 70}, {1, 1, 1}}, {3, 1, 70}, {1, 1, 64}},
    {{{0}, {8}, {1}}, {8}, {1}},
    {{{0, 1}, {5, 30}, {1, 2}}, {5, 62}, {5, 3}},
    {{{0, 0}, {0, 40}, {1, 1}}, {0, 40}, {4, 4}},
    {{{}, {}, {}}, {}, {}},
};

TEST(Tiles, cover_everything_once_within_their_bound) {
  for (const Cut& cut : cuts) {
    for (const std::int64_t most : {1, 5, 9, 64, 100'000}) {
      for (const std::int64_t wanted : {1, 16, 64, 5000}) {
        const Tiles tiles(cut.kept, cut.shape, cut.granule, std::min(wanted, most), most);
        EXPECT_LE(tiles.most_positions(), most);
        std::multiset<Coordinates> found;
        for (std::int64_t t = 0; t < tiles.count(); ++t) {
          EXPECT_LE(tiles.tile(t).elements(), tiles.most_positions());
          EXPECT_GT(tiles.tile(t).elements(), 0);
          for (const Coordinates& at : coordinates_of(tiles.tile(t))) found.insert(at);
        }
        const std::vector<Coordinates> all = coordinates_of(cut.kept);
        EXPECT_EQ(found, std::multiset<Coordinates>(all.begin(), all.end()));
      }
    }
  }
}

/// A chunk that two tiles touch is read twice.
TEST(Tiles, are_whole_chunks_where_these_fit) {
  const Tiles tiles({{0, 0}, {13, 40}, {1, 1}}, {13, 40}, {4, 16}, 100, 1000);
  std::set<std::pair<std::int64_t, std::int64_t>> chunks;
  for (std::int64_t t = 0; t < tiles.count(); ++t) {
    std::set<std::pair<std::int64_t, std::int64_t>> touched;
    for (const Coordinates& at : coordinates_of(tiles.tile(t))) touched.emplace(at[0] / 4, at[1] / 16);
    for (const auto& chunk : touched) EXPECT_TRUE(chunks.insert(chunk).second) << "two tiles touch a chunk";
  }
  EXPECT_EQ(chunks.size(), 12u);
}

}  // namespace
}  // namespace scatterfold

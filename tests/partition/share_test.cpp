// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "partition/partition.hpp"

namespace scatterfold {
namespace {

/// Shares follow one another and cover all runs.
void expect_whole(const std::vector<Share>& shares, std::int64_t runs) {
  EXPECT_EQ(shares.front().first_run, 0);
  EXPECT_EQ(shares.back().last_run, runs);
  for (std::size_t r = 0; r + 1 < shares.size(); ++r) EXPECT_EQ(shares[r].last_run, shares[r + 1].first_run);
  for (const Share& share : shares) EXPECT_LE(share.first_run, share.last_run);
}

TEST(Share, even_shares_differ_by_one_run) {
  for (const int ranks : {1, 2, 5, 40}) {
    std::vector<Share> shares;
    for (int r = 0; r < ranks; ++r) shares.push_back(share_of(101, 2, r, ranks));
    expect_whole(shares, 26);
    for (const Share& share : shares) EXPECT_NEAR(static_cast<double>(share.runs()), 26.0 / ranks, 1.0);
  }
}

TEST(Share, no_rank_has_more_weight_than_its_part_and_one_run) {
  std::mt19937 random(5);
  for (int trial = 0; trial < 300; ++trial) {
    const int ranks = std::uniform_int_distribution(1, 9)(random);
    std::vector<std::int64_t> weights(std::uniform_int_distribution<std::size_t>(1, 60)(random));
    for (std::int64_t& w : weights) {
      w = random() % 3 == 0 ? 1 : std::uniform_int_distribution<std::int64_t>(1, 1'000'000)(random);
    }
    const auto runs = static_cast<std::int64_t>(weights.size());
    std::vector<Share> shares;
    for (int r = 0; r < ranks; ++r) shares.push_back(weighted_share_of(runs << 3, 3, weights, r, ranks));
    expect_whole(shares, runs);
    const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
    const auto largest = static_cast<double>(*std::max_element(weights.begin(), weights.end()));
    for (const Share& share : shares) {
      const double mine = std::accumulate(weights.begin() + share.first_run, weights.begin() + share.last_run, 0.0);
      EXPECT_LE(mine, all / ranks + largest);
    }
  }
}

}  // namespace
}  // namespace scatterfold

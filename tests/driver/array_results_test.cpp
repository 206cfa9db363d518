// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_results.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace scatterfold {
namespace {

/// Fails in float64: neighbours past 2^53 are told apart, and sums past 2^63 are right.
TEST(ArraySummaries, integers_are_summed_up_in_full) {
  using Kind = ArrayField::Kind;
  ArraySummaries summaries({{"sum", Kind::integer}, {"max", Kind::natural}, {"mean", Kind::real}},
                           std::vector<ArraySummary>(3));
  constexpr std::int64_t large = (std::int64_t{1} << 62) + 1;
  constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  const auto word = [](auto value) { return std::bit_cast<std::uint64_t>(value); };
  summaries.add({{{word(large), word(-large)}, {7, largest}, {word(0.5), word(std::nan(""))}}, {0, 0}}, 2);
  summaries.add({{{word(large), 0, word(large)}, {8, 0, largest - 1}, {word(1.5), word(9.0), word(-2.0)}}, {0, 1, 0}},
                3);
  const std::vector<ArraySummary>& told = summaries.summaries();
  EXPECT_EQ(std::get<Int128>(told[0].min), -Int128{large});
  EXPECT_EQ(std::get<Int128>(told[0].max), Int128{large});
  EXPECT_EQ(std::get<Int128>(told[0].sum), Int128{large} * 2);
  EXPECT_EQ(std::get<Int128>(told[0].few[4]), Int128{large});
  EXPECT_TRUE(std::isnan(std::get<double>(told[0].few[3])));
  EXPECT_EQ(told[0].blank, 1);
  EXPECT_EQ(std::get<Int128>(told[1].min), Int128{7});
  EXPECT_EQ(std::get<Int128>(told[1].max), Int128{largest});
  EXPECT_EQ(std::get<Int128>(told[1].sum), Int128{largest} * 2 + 14);
  EXPECT_EQ(std::get<double>(told[2].min), -2.0);
  EXPECT_EQ(std::get<double>(told[2].sum), 0.0);
  EXPECT_EQ(told[2].nan, 1);
}

TEST(ArraySummaries, nothing_has_no_extremes) {
  const ArraySummaries summaries({{"count", ArrayField::Kind::integer, false}}, std::vector<ArraySummary>(1));
  EXPECT_TRUE(std::isnan(std::get<double>(summaries.summaries()[0].min)));
  EXPECT_EQ(std::get<Int128>(summaries.summaries()[0].sum), 0);
}

}  // namespace
}  // namespace scatterfold

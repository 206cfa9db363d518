// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/broadcast.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace scatterfold {
namespace {

using Lengths = std::vector<std::int64_t>;
using Axes = std::vector<std::size_t>;
using Names = std::vector<std::string>;

std::string refusal_of(const std::vector<NamedShape>& inputs) {
  try {
    broadcast(inputs);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Broadcast, aligns_from_the_last_dimension_where_names_are_missing) {
  const Broadcast all =
      broadcast({{"a", {4, 1, 5}, {}}, {"b", {3, 1}, {"", "lon"}}, {"c", {}, {}}, {"d", {2, 1, 1, 1}, {}}});
  EXPECT_EQ(all.lengths, (Lengths{2, 4, 3, 5}));
  EXPECT_EQ(all.axes, (std::vector<Axes>{{1, 2, 3}, {2, 3}, {}, {0, 1, 2, 3}}));
  EXPECT_FALSE(all.full);
}

TEST(Broadcast, goes_by_names_where_there_are_any) {
  const Broadcast all =
      broadcast({{"t", {12}, {"time"}}, {"g", {3, 4}, {"lat", "lon"}}, {"h", {4, 12}, {"lon", "time"}}});
  EXPECT_EQ(all.lengths, (Lengths{12, 3, 4}));
  EXPECT_EQ(all.names, (Names{"time", "lat", "lon"}));
  EXPECT_EQ(all.axes, (std::vector<Axes>{{0}, {1, 2}, {2, 0}}));
  EXPECT_FALSE(all.full);
}

TEST(Broadcast, takes_the_order_of_the_first_input_that_has_all_dimensions) {
  const Names order = {"time", "lat", "lon"}, other = {"lon", "lat", "time"};
  const Broadcast all = broadcast({{"g", {4, 3}, {"lon", "lat"}}, {"t", {12, 3, 4}, order}, {"u", {4, 3, 12}, other}});
  EXPECT_EQ(all.names, order);
  EXPECT_EQ(all.axes, (std::vector<Axes>{{2, 1}, {0, 1, 2}, {2, 1, 0}}));
  EXPECT_EQ(all.full, 1u);
}

TEST(Broadcast, an_input_that_is_1_long_somewhere_is_not_all_of_it) {
  const Names names = {"time", "lat"};
  const Broadcast all = broadcast({{"a", {1, 3}, names}, {"b", {12, 1}, names}});
  EXPECT_EQ(all.lengths, (Lengths{12, 3}));
  EXPECT_FALSE(all.full);
  EXPECT_EQ(broadcast({{"a", {1, 3}, names}, {"b", {12, 3}, names}, {"c", {12, 3}, {}}}).full, 1u);
}

TEST(Broadcast, puts_inputs_without_names_below_those_with) {
  const Broadcast all = broadcast({{"n", {7, 12, 3}, {"", "", ""}}, {"t", {12}, {"time"}}, {"l", {3}, {"lat"}}});
  EXPECT_EQ(all.lengths, (Lengths{7, 12, 3}));
  EXPECT_EQ(all.names, (Names{"", "time", "lat"}));
  EXPECT_EQ(all.axes, (std::vector<Axes>{{0, 1, 2}, {1}, {2}}));
  EXPECT_EQ(all.full, 0u);
}

TEST(Broadcast, names_that_are_not_all_there_or_not_different_do_not_count) {
  EXPECT_EQ(broadcast({{"a", {3, 3}, {"x", "x"}}, {"b", {3}, {"y"}}}).lengths, (Lengths{3, 3}));
  EXPECT_EQ(broadcast({{"a", {2, 3}, {"x", ""}}, {"b", {3}, {""}}}).axes[1], Axes{1});
}

TEST(Broadcast, of_one_input_is_that_input_and_of_none_a_single_number) {
  EXPECT_EQ(broadcast({{"a", {0, 3}, {"x", "y"}}}).full, 0u);
  EXPECT_EQ(broadcast({{"a", {}, {}}}).full, 0u);
  EXPECT_EQ(broadcast({}).lengths, Lengths{});
}

TEST(Broadcast, no_element_goes_with_one_but_not_with_two) {
  EXPECT_EQ(broadcast({{"a", {0, 3}, {}}, {"b", {1, 3}, {}}}).lengths, (Lengths{0, 3}));
  EXPECT_NE(refusal_of({{"a", {0, 3}, {}}, {"b", {2, 3}, {}}}), "");
}

TEST(Broadcast, refuses_other_lengths_with_both_shapes) {
  EXPECT_NE(refusal_of({{"t", {12, 3}, {"time", "lat"}}, {"s", {}, {}}, {"rh", {4}, {"lat"}}})
                .find("t (time 12, lat 3) and rh (lat 4) do not go together (lat: 3 and 4)"),
            std::string::npos);
  EXPECT_NE(
      refusal_of({{"a", {5, 3}, {}}, {"b", {5}, {}}}).find("a (5, 3) and b (5) do not go together (dimension 1: 3"),
      std::string::npos);
}

TEST(Broadcast, part_of_a_box_has_the_only_index_of_a_dimension_of_length_1) {
  const Hyperslab box{{2, 0, 7}, {3, 4, 2}, {2, 1, 5}};
  const Hyperslab part = part_of_box(box, {20, 1}, {2, 0});
  EXPECT_EQ(part.start, (Lengths{7, 0}));
  EXPECT_EQ(part.count, (Lengths{2, 1}));
  EXPECT_EQ(part.step, (Lengths{5, 1}));
}

}  // namespace
}  // namespace scatterfold

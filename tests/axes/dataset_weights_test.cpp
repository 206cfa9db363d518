// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <limits>

#include "axes/made_axes.hpp"
#include "axes/weights.hpp"

namespace scatterfold {
namespace {

using Values = std::vector<double>;
using Sizes = std::vector<std::size_t>;
using Shape = std::vector<std::int64_t>;

/// Weights in w.h5 for /x (time 4, lat 2, lon 3) in x.h5, or for one without names.
class DatasetWeights : public testing::Test {
 protected:
  DatasetWeights() {
    make_file(folder_ / "x.h5",
              {made_axis("time", {1, 2, 3, 4}), made_axis("lat", {1, 2}), made_axis("lon", {1, 2, 3})});
    Maker(folder_ / "plain.h5").counting<float>("x", {4, 2, 3});
  }

  void make(const std::vector<hsize_t>& shape, const Values& values, const std::vector<const char*>& names = {},
            std::optional<double> fill = {}) {
    Maker maker(folder_ / "w.h5");
    const DatasetHandle w = maker.dataset("w", H5T_NATIVE_DOUBLE, shape, H5T_NATIVE_DOUBLE, values.data());
    if (!names.empty()) Maker::labels(w.get(), names);
    if (fill) Maker::attribute<double>(w.get(), "_FillValue", {*fill});
  }
  Weights weights(const std::string& of = "x.h5") {
    return dataset_weights(folder_ / "w.h5", "/w", info_of(folder_ / of), 1 << 20);
  }
  Weights unkept_weights() { return dataset_weights(folder_ / "w.h5", "/w", info_of(folder_ / "x.h5"), 8); }
  std::string refused(const std::string& of = "x.h5") {
    return message_of([&] { weights(of); });
  }

  ScratchFolder folder_;
};

TEST_F(DatasetWeights, dimensions_by_name_in_any_order) {
  make({3, 2}, {1, 2, 3, 4, 5, 6}, {"lon", "lat"});
  const Weights found = weights();
  EXPECT_EQ(found.dimensions, (Sizes{1, 2}));
  EXPECT_EQ(found.shape, (Shape{2, 3}));
  EXPECT_EQ(found.values, (Values{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(found.description, "/w in " + (folder_ / "w.h5"));
}

TEST_F(DatasetWeights, more_than_may_be_kept_are_read_box_by_box) {
  make({3, 4, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24},
       {"lon", "time", "lat"});
  const Weights whole = weights(), found = unkept_weights();
  EXPECT_FALSE(whole.read);
  EXPECT_TRUE(found.values.empty());
  EXPECT_EQ(found.dimensions, (Sizes{0, 1, 2}));
  EXPECT_EQ(found.shape, (Shape{4, 2, 3}));
  Values all(24), some(4);
  found.read({{0, 0, 0}, {4, 2, 3}, {1, 1, 1}}, all.data());
  EXPECT_EQ(all, whole.values);
  found.read({{1, 1, 0}, {2, 1, 2}, {2, 1, 2}}, some.data());
  EXPECT_EQ(some, (Values{whole.values[9], whole.values[11], whole.values[21], whole.values[23]}));
}

TEST_F(DatasetWeights, that_are_not_kept_are_checked_when_they_are_read) {
  make({4, 2}, {1, 2, 3, 4, 5, -6, 7, 8}, {"time", "lat"});
  const Weights found = unkept_weights();
  Values some(4);
  found.read({{0, 0}, {2, 2}, {1, 1}}, some.data());
  EXPECT_EQ(some, (Values{1, 2, 3, 4}));
  EXPECT_NE(message_of([&] {
              found.read({{1, 0}, {2, 2}, {1, 1}}, some.data());
            }).find("the weight at (2, 1) is -6"),
            std::string::npos);
}

TEST_F(DatasetWeights, one_dimension_by_name) {
  make({4}, {1, 2, 3, 4}, {"time"});
  EXPECT_EQ(weights().dimensions, Sizes{0});
  EXPECT_EQ(weights().values, (Values{1, 2, 3, 4}));
}

TEST_F(DatasetWeights, dimensions_from_the_last_where_names_are_missing) {
  make({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(weights().dimensions, (Sizes{1, 2}));
  EXPECT_EQ(weights().values, (Values{1, 2, 3, 4, 5, 6}));
  make({4, 1, 1}, {1, 2, 3, 4}, {"a", "b", "c"});
  EXPECT_EQ(weights("plain.h5").dimensions, Sizes{0});
}

TEST_F(DatasetWeights, lengths_of_1_and_no_dimensions_count_for_nothing) {
  make({1, 2, 3}, {1, 2, 3, 4, 5, 6}, {"time", "lat", "lon"});
  EXPECT_EQ(weights().dimensions, (Sizes{1, 2}));
  make({}, {7});
  EXPECT_TRUE(weights().dimensions.empty());
  EXPECT_EQ(weights().values, Values{7});
}

TEST_F(DatasetWeights, missing_weights_are_0) {
  make({3}, {1, -999, 3}, {"lon"}, -999.0);
  EXPECT_EQ(weights().values, (Values{1, 0, 3}));
  make({3}, {1, 2, std::numeric_limits<double>::quiet_NaN()}, {"lon"}, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(weights().values, (Values{1, 2, 0}));
}

TEST_F(DatasetWeights, what_is_no_weight_is_refused_with_its_place) {
  make({2, 3}, {1, 2, 3, 4, 5, -6}, {"lat", "lon"});
  EXPECT_SAYS(refused(), "the weight at (1, 2) is -6");
  make({3}, {1, std::numeric_limits<double>::quiet_NaN(), 3}, {"lon"});
  EXPECT_SAYS(refused(), "the weight at (1) is nan");
  make({3}, {1, 2, std::numeric_limits<double>::infinity()}, {"lon"});
  EXPECT_SAYS(refused(), "the weight at (2) is inf");
}

TEST_F(DatasetWeights, other_dimensions_are_refused) {
  make({3}, {1, 2, 3}, {"cell"});
  EXPECT_SAYS(refused(), "(cell 3) and /x");
  EXPECT_SAYS(refused(), "(time 4, lat 2, lon 3)");
  make({2}, {1, 2}, {"lon"});
  EXPECT_SAYS(refused(), "of their lengths");
  make({2, 2}, {1, 2, 3, 4}, {"lat", "lat"});
  EXPECT_SAYS(refused(), "(lat 2, lat 2)");
  make({2}, {1, 2});
  EXPECT_SAYS(refused("plain.h5"), "has (4, 2, 3)");
  make({2, 4, 2, 3}, Values(48, 1.0));
  EXPECT_SAYS(refused("plain.h5"), "(2, 4, 2, 3)");
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "axes/made_axes.hpp"
#include "axes/weights.hpp"

namespace scatterfold {
namespace {

using Values = std::vector<double>;
using Sizes = std::vector<std::size_t>;

const std::vector<std::pair<std::string, std::string>> north = {{"units", "degrees_north"}};
const std::vector<std::pair<std::string, std::string>> east = {{"units", "degrees_east"}};

Values steps(double first, double step, int count) {
  Values values;
  for (int i = 0; i < count; ++i) values.push_back(first + step * i);
  return values;
}

/// Bounds must give the same as the sines of the C library, to its rounding.
void expect_heights(const Values& weights, const Values& edges) {
  ASSERT_EQ(weights.size() + 1, edges.size());
  const auto sine = [](double degrees) { return std::sin(degrees * std::acos(-1.0) / 180); };
  for (std::size_t i = 0; i < weights.size(); ++i)
    EXPECT_NEAR(weights[i], std::fabs(sine(edges[i + 1]) - sine(edges[i])), 1e-15) << i;
}

class AreaWeights : public testing::Test {
 protected:
  Weights of(const std::vector<MadeAxis>& axes) {
    make_file(folder_ / "a.h5", axes);
    return of_file();
  }
  Weights of_file() {
    const DatasetInfo info = info_of(folder_ / "a.h5");
    return area_weights({&info});
  }
  std::string refused(const std::vector<MadeAxis>& axes) {
    return message_of([&] { of(axes); });
  }

  ScratchFolder folder_;
};

TEST_F(AreaWeights, regular_grid_needs_latitude_only) {
  const Weights weights = of({made_axis("time", {1, 2, 3}), made_axis("lat", steps(85, -10, 18), north),
                              made_axis("lon", steps(0, 10, 36), east)});
  EXPECT_EQ(weights.dimensions, Sizes{1});
  EXPECT_EQ(weights.shape, std::vector<std::int64_t>{18});
  expect_heights(weights.values, steps(90, -10, 19));
  EXPECT_NEAR(std::accumulate(weights.values.begin(), weights.values.end(), 0.0), 2, 1e-14);
  EXPECT_EQ(weights.description, "areas of the cells of lat");
}

TEST_F(AreaWeights, cells_on_the_poles_end_there) {
  expect_heights(of({made_axis("lat", steps(-90, 45, 5), north)}).values, {-90, -67.5, -22.5, 22.5, 67.5, 90});
}

TEST_F(AreaWeights, gaussian_latitudes_reach_the_poles_past_88_degrees) {
  // The outermost of 32 Gaussian latitudes, and those of 16.
  const Values fine = {87.15909455586265, 84.46403541295994}, coarse = {84.88271963, 80.53835100};
  const Values fine_edges = {90, (fine[0] + fine[1]) / 2, fine[1] - (fine[0] - fine[1]) / 2};
  expect_heights(of({made_axis("lat", fine, north)}).values, fine_edges);
  const double half = (coarse[0] - coarse[1]) / 2;
  expect_heights(of({made_axis("lat", coarse, north)}).values, {coarse[0] + half, coarse[0] - half, coarse[1] - half});
}

TEST_F(AreaWeights, bounds_of_the_file_come_first) {
  const Weights weights = of(
      {made_axis("lat", {-60, 10}, north, {-90, -10, -10, 20}), made_axis("lon", {90, 270}, east, {0, 180, 180, 360})});
  expect_heights(weights.values, {-90, -10, 20});
}

TEST_F(AreaWeights, longitudes_of_different_width_are_a_dimension) {
  const Weights weights = of({made_axis("lon", {0, 10, 40}, east), made_axis("lat", {-30, 30}, north)});
  EXPECT_EQ(weights.dimensions, (Sizes{0, 1}));
  EXPECT_EQ(weights.shape, (std::vector<std::int64_t>{3, 2}));
  const double radian = std::acos(-1.0) / 180, half = std::sin(60 * radian);
  const Values expected = {10 * radian * half, 10 * radian * half, 20 * radian * half,
                           20 * radian * half, 30 * radian * half, 30 * radian * half};
  ASSERT_EQ(weights.values.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(weights.values[i], expected[i], 1e-15);
  EXPECT_EQ(weights.description, "areas of the cells of lat and lon");
}

TEST_F(AreaWeights, longitudes_may_go_over_the_end_of_the_turn) {
  const MadeAxis lat = made_axis("lat", {0, 10}, north);
  EXPECT_EQ(of({lat, made_axis("lon", {340, 350, 0, 10}, east)}).dimensions, Sizes{0});
  EXPECT_EQ(of({lat, made_axis("lon", {0, 90, 180, 270}, east, {315, 45, 45, 135, 135, 225, 225, 315})}).dimensions,
            Sizes{0});
  EXPECT_EQ(of({lat, made_axis("lon", {180}, east, {0, 360})}).dimensions, Sizes{0});
}

TEST_F(AreaWeights, a_single_latitude_weighs_1) {
  EXPECT_EQ(of({made_axis("lat", {45}, north), made_axis("lon", {0, 10}, east)}).values, Values{1});
}

TEST_F(AreaWeights, ways_to_be_a_latitude) {
  using Texts = std::vector<std::pair<std::string, std::string>>;
  const Texts ways[] = {{{"standard_name", "latitude"}},
                        {{"standard_name", "grid_latitude"}, {"units", "degrees"}},
                        {{"units", "degree_N"}},
                        {{"units", "degrees"}, {"axis", "Y"}}};
  for (const Texts& texts : ways)
    EXPECT_EQ(of({made_axis("y", {0, 10}, texts)}).dimensions, Sizes{0}) << texts[0].second;
  EXPECT_EQ(of({made_axis("Latitude", {0, 10})}).dimensions, Sizes{0});
  const double degree = std::acos(-1.0) / 180;
  expect_heights(of({made_axis("lat", {-45 * degree, 45 * degree}, {{"units", "radians"}})}).values, {-90, 0, 90});
}

TEST_F(AreaWeights, latitude_over_several_files) {
  make_file(folder_ / "a.h5", {made_axis("lat", {-60, -30}, north)});
  make_file(folder_ / "b.h5", {made_axis("lat", {0, 30, 60}, north)});
  const DatasetInfo a = info_of(folder_ / "a.h5"), b = info_of(folder_ / "b.h5");
  expect_heights(area_weights({&a, &b}, 0).values, {-75, -45, -15, 15, 45, 75});
}

TEST_F(AreaWeights, refusals) {
  EXPECT_SAYS(refused({made_axis("time", {1, 2}), MadeAxis{"y", 2}, MadeAxis{"", 3}}),
              "has time, y, 2 (without a name)");
  EXPECT_SAYS(refused({made_axis("y", {1, 2}, {{"units", "m"}, {"axis", "Y"}})}), "--weights FILE:/dataset");
  EXPECT_SAYS(refused({made_axis("lat", {1, 2}, north), made_axis("lat2", {1, 2}, north)}), "both latitudes");
  EXPECT_SAYS(refused({made_axis("lat", {80, 100}, north)}), "100 at index 1 is no latitude");
  EXPECT_SAYS(refused({made_axis("lat", {0, 1}, north), made_axis("lon", {0, INFINITY}, east)}),
              "inf at index 1 is no longitude");
  EXPECT_SAYS(refused({made_axis("lat", {0, 10, 5}, north)}), "neither rise nor fall at index 2");
  EXPECT_SAYS(refused({made_axis("lat", {0, std::nan("")}, north)}), "index 1 is missing or NaN");
  EXPECT_SAYS(refused({made_axis("lat", {0, 10}, {{"units", "m"}, {"standard_name", "latitude"}})}),
              "\"m\" are no angle");
  EXPECT_SAYS(refused({made_axis("lat", {0, 10}, north, {-5, 5, 5, std::nan("")})}), "bound of the value at index 1");
}

TEST_F(AreaWeights, latitudes_of_curvilinear_grids_are_refused_with_a_remedy) {
  {
    Maker maker(folder_ / "a.h5");
    const DatasetHandle lat = maker.counting<double>("yc", {2, 3});
    Maker::text(lat.get(), "units", "degrees_north");
    const DatasetHandle x = maker.counting<float>("x", {2, 3});
    Maker::labels(x.get(), {"j", "i"});
    Maker::text(x.get(), "coordinates", "xc yc");
  }
  const std::string message = message_of([&] { of_file(); });
  EXPECT_SAYS(message, "latitude /yc is no coordinate variable of one dimension");
  EXPECT_SAYS(message, "give the cells' areas with --weights FILE:/dataset");
}

}  // namespace
}  // namespace scatterfold

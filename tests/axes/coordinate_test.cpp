// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "axes/coordinate.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "axes/made_axes.hpp"

namespace scatterfold {
namespace {

using Values = std::vector<double>;

class Coordinates : public testing::Test {
 protected:
  std::optional<Coordinate> of(const std::string& name, std::size_t d) {
    const DatasetInfo info = info_of(folder_ / name);
    return read_coordinate({&info}, d);
  }
  std::optional<Coordinate> of_both(const MadeAxis& a, const MadeAxis& b) {
    make_file(folder_ / "a.h5", {a});
    make_file(folder_ / "b.h5", {b});
    const DatasetInfo first = info_of(folder_ / "a.h5"), second = info_of(folder_ / "b.h5");
    return read_coordinate({&first, &second}, 0);
  }
  std::string refused(const MadeAxis& a, const MadeAxis& b) {
    const std::string message = message_of([&] { of_both(a, b); });
    EXPECT_SAYS(message, "a.h5");
    EXPECT_SAYS(message, "b.h5");
    return message;
  }

  ScratchFolder folder_;
};

TEST_F(Coordinates, attached_scale_with_its_attributes_and_bounds) {
  make_file(folder_ / "a.h5", {made_axis("time", {6, 18},
                                         {{"units", "hours since 2000-01-01"},
                                          {"calendar", "noleap"},
                                          {"standard_name", "time"},
                                          {"long_name", "time of day"},
                                          {"axis", "T"}},
                                         {0, 12, 12, 24}),
                               MadeAxis{"station", 3}, MadeAxis{"", 2}});
  const auto time = of("a.h5", 0);
  ASSERT_TRUE(time);
  EXPECT_EQ(time->file, folder_ / "a.h5");
  EXPECT_EQ(time->path, "/time");
  EXPECT_EQ(time->dimension, "time");
  EXPECT_EQ(time->values, (Values{6, 18}));
  EXPECT_EQ(time->bounds, (Values{0, 12, 12, 24}));
  EXPECT_EQ(time->units, "hours since 2000-01-01");
  EXPECT_EQ(time->calendar, "noleap");
  EXPECT_EQ(time->standard_name, "time");
  EXPECT_EQ(time->long_name, "time of day");
  EXPECT_EQ(time->axis, "T");
  EXPECT_TRUE(time->is_time());
  EXPECT_FALSE(time->integer);
  EXPECT_FALSE(of("a.h5", 1)) << "netCDF's stand-in for a dimension without a variable";
  EXPECT_FALSE(of("a.h5", 2)) << "no name";
}

TEST_F(Coordinates, integers_and_what_is_stored_as_integers_but_is_none) {
  {
    Maker maker(folder_ / "a.h5");
    maker.counting<std::int16_t>("plain", {3});
    const DatasetHandle time = maker.counting<std::int32_t>("time", {3});
    Maker::text(time.get(), "units", "days since 2000-01-01");
    const DatasetHandle packed = maker.counting<std::int32_t>("packed", {3});
    Maker::attribute<double>(packed.get(), "scale_factor", {0.5});
    const std::int64_t large[] = {(std::int64_t{1} << 60) + 1, -5, 7};
    const DatasetHandle exact = maker.dataset("exact", H5T_STD_I64BE, {3}, H5T_NATIVE_INT64, large);
    Maker::attribute<std::int64_t>(exact.get(), "_FillValue", {7});
    const DatasetHandle x = maker.counting<float>("x", {3, 3, 3, 3});
    maker.attach(x.get(), {"/plain", "/time", "/packed", "/exact"});
  }
  EXPECT_EQ(of("a.h5", 0)->integers, (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_TRUE(of("a.h5", 0)->integer);
  EXPECT_FALSE(of("a.h5", 1)->integer);
  EXPECT_FALSE(of("a.h5", 2)->integer);
  EXPECT_EQ(of("a.h5", 2)->values, (Values{0, 0.5, 1}));
  const Coordinate exact = *of("a.h5", 3);
  EXPECT_EQ(exact.integers[0], (std::int64_t{1} << 60) + 1);
  EXPECT_TRUE(std::isnan(exact.values[2]));
  check_present(exact, 1);
  EXPECT_SAYS(message_of([&] { check_present(exact, 2); }), "index 2 is missing");
}

TEST_F(Coordinates, of_the_same_name_in_the_group_or_above) {
  {
    Maker maker(folder_ / "a.h5");
    const GroupHandle outer = maker.group("outer"), inner = maker.group("outer/inner");
    maker.counting<double>("outer/time", {4});
    maker.counting<double>("lat", {3});
    maker.counting<double>("outer/lat", {2});  // nearer, and of another length
    const DatasetHandle x = maker.counting<float>("outer/inner/x", {4, 3});
    Maker::labels(x.get(), {"time", "lat"});
  }
  const DatasetInfo info = info_of(folder_ / "a.h5", "/outer/inner/x");
  EXPECT_EQ(read_coordinate({&info}, 0)->path, "/outer/time");
  EXPECT_FALSE(read_coordinate({&info}, 1));
}

TEST_F(Coordinates, scale_of_an_unlimited_dimension_may_be_longer_not_shorter) {
  {
    Maker maker(folder_ / "a.h5");
    maker.counting<double>("long", {5});
    maker.counting<double>("short", {2});
    const DatasetHandle x = maker.counting<float>("x", {3, 3});
    maker.attach(x.get(), {"/long", "/short"});
  }
  EXPECT_EQ(of("a.h5", 0)->values, (Values{0, 1, 2}));
  EXPECT_SAYS(message_of([&] { of("a.h5", 1); }), "2 values for a dimension of length 3 (/short");
}

TEST_F(Coordinates, bounds_that_are_not_there_are_none_and_others_are_refused) {
  make_file(folder_ / "a.h5", {made_axis("time", {1, 2}, {{"bounds", "nowhere"}})});
  EXPECT_TRUE(of("a.h5", 0)->bounds.empty());
  make_file(folder_ / "b.h5", {made_axis("time", {1, 2}, {{"bounds", "x"}})});
  EXPECT_SAYS(message_of([&] { of("b.h5", 0); }), "bounds /x");
}

TEST_F(Coordinates, files_are_joined_in_order) {
  const auto joined = of_both(made_axis("time", {1, 2}, {{"units", "m"}}, {0, 1, 1, 2}),
                              made_axis("time", {9}, {{"units", "m"}}, {8, 10}));
  EXPECT_EQ(joined->values, (Values{1, 2, 9}));
  EXPECT_EQ(joined->bounds, (Values{0, 1, 1, 2, 8, 10}));
  EXPECT_EQ(joined->file, folder_ / "a.h5");
  EXPECT_TRUE(of_both(made_axis("time", {1}, {}, {0, 1}), made_axis("time", {2}))->bounds.empty());
}

TEST_F(Coordinates, times_of_other_units_are_converted) {
  const auto joined = of_both(
      made_axis("time", {0, 12}, {{"units", "hours since 2000-01-01"}, {"calendar", "gregorian"}}),
      made_axis("time", {0, 0.5}, {{"units", "days since 2000-01-02"}, {"calendar", "standard"}}, {0, 0.25, 0.25, 1}));
  EXPECT_EQ(joined->values, (Values{0, 12, 24, 36}));
  EXPECT_EQ(joined->units, "hours since 2000-01-01");
  EXPECT_EQ(of_both(made_axis("time", {1}, {{"units", "month since 2000-01-01"}}),
                    made_axis("time", {2}, {{"units", "month since 2000-01-01"}}))
                ->values,
            (Values{1, 2}))
      << "units that nobody need understand";
}

TEST_F(Coordinates, files_that_differ_are_refused) {
  const MadeAxis standard = made_axis("time", {1}, {{"units", "hours since 2000-01-01"}});
  EXPECT_SAYS(refused(standard, made_axis("time", {1}, {{"units", "hours since 2000-01-01"}, {"calendar", "noleap"}})),
              "calendars of /time differ");
  EXPECT_SAYS(refused(standard, made_axis("time", {1}, {{"units", "m"}})), "units of /time differ");
  EXPECT_SAYS(refused(made_axis("time", {1}, {{"units", "km"}}), made_axis("time", {1}, {{"units", "m"}})),
              "(\"km\") and");
  EXPECT_SAYS(refused(standard, MadeAxis{"time", 1}), "in one of");
}

}  // namespace
}  // namespace scatterfold

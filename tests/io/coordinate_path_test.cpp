// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/coordinate_path.hpp"

#include "scratch.hpp"

namespace scatterfold {
namespace {

TEST(CoordinatePath, names_are_looked_for_upwards) {
  const ScratchFolder folder;
  const std::string file = folder / "a.h5";
  {
    Maker maker(file);
    const GroupHandle outer = maker.group("outer"), inner = maker.group("outer/inner");
    maker.counting<double>("lat", {3});
    maker.counting<double>("outer/lat", {3});
    maker.counting<double>("outer/inner/x", {3});
  }
  EXPECT_EQ(dataset_in_scope(file, "/outer/inner/x", "lat"), "/outer/lat");
  EXPECT_EQ(dataset_in_scope(file, "/outer/inner/x", "x"), "/outer/inner/x");
  EXPECT_EQ(dataset_in_scope(file, "/outer/inner/x", "/lat"), "/lat");
  EXPECT_EQ(dataset_in_scope(file, "/lat", "x"), std::nullopt);
  EXPECT_EQ(dataset_in_scope(file, "/lat", "outer"), std::nullopt) << "a group";
}

TEST(CoordinatePath, only_numbers_in_one_dimension_are_coordinates) {
  const ScratchFolder folder;
  const std::string file = folder / "a.h5";
  {
    Maker maker(file);
    const TypeHandle text(H5Tcopy(H5T_C_S1));
    maker.dataset("name", text.get(), {2});
    maker.counting<double>("plane", {2, 2});
    maker.counting<double>("good", {2});
    const DatasetHandle x = maker.counting<float>("x", {2, 2, 2, 2});
    maker.attach(x.get(), {"/name", "/plane", "/good", ""});
  }
  const DatasetInfo info = Dataset(file, "x", true).info();
  EXPECT_EQ(coordinate_path(info, 0), std::nullopt);
  EXPECT_EQ(coordinate_path(info, 1), std::nullopt);
  EXPECT_EQ(coordinate_path(info, 2), "/good");
  EXPECT_EQ(coordinate_path(info, 3), std::nullopt);
}

TEST(CoordinatePath, texts_of_another_dataset) {
  const ScratchFolder folder;
  const std::string file = folder / "a.h5";
  {
    Maker maker(file);
    const DatasetHandle lat = maker.counting<double>("lat", {3});
    Maker::text(lat.get(), "units", "degrees_north");
    Maker::attribute<int>(lat.get(), "axis", {1});
  }
  EXPECT_EQ(text_attributes(file, "/lat", {"axis", "units", "none"}),
            (std::vector<std::string>{"", "degrees_north", ""}));
  EXPECT_SAYS(message_of([&] { text_attributes(file, "/lon", {"units"}); }), "no dataset /lon");
}

}  // namespace
}  // namespace scatterfold

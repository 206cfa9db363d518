// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <filesystem>
#include <utility>

#include "array_layouts.hpp"

namespace scatterfold {
namespace {

/// A file with a coordinate and its bounds, as h5py would write it.
void make_times(const std::string& path, const std::vector<double>& times, const std::string& units,
                hid_t type = H5T_IEEE_F64BE) {
  Maker maker(path);
  const hsize_t count = times.size();
  const DatasetHandle time = maker.dataset("time", type, {count}, H5T_NATIVE_DOUBLE, times.data());
  Maker::text(time.get(), "units", units, true);
  Maker::text(time.get(), "calendar", "noleap");
  Maker::text(time.get(), "bounds", "time_bnds");
  Maker::attribute<float>(time.get(), "valid_range", {0, 1000});
  std::vector<double> bounds;
  for (const double t : times) bounds.insert(bounds.end(), {t - 0.5, t + 0.5});
  maker.dataset("time_bnds", H5T_IEEE_F64LE, {count, 2}, H5T_NATIVE_DOUBLE, bounds.data());
}

TEST(ArrayCoordinates, are_joined_as_stored_with_attributes_and_bounds) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc", a = folder / "a.h5", b = folder / "b.h5";
  make_times(a, {1, 2, 3, 4}, "days since 2000-01-01");
  make_times(b, {10, 20}, "days since 2000-01-01");
  ArrayLayout layout;
  layout.dimensions = {dimension("time", {{a, "/time", 1, 2, 2}, {b, "time", 0, 2, 1}, {b, "time", 0, 0, 1}})};
  layout.variables = {variable("v", ElementType::float32, {0})};
  write_counting(file, layout);
  const Dataset time(file, "/time", false);
  EXPECT_TRUE(time.info().swapped);
  EXPECT_EQ(values_of<double>(file, "/time"), (std::vector<double>{2, 4, 10, 20}));
  EXPECT_EQ(values_of<double>(file, "/time_bnds"), (std::vector<double>{1.5, 2.5, 3.5, 4.5, 9.5, 10.5, 19.5, 20.5}));
  const Look look(file);
  EXPECT_EQ(look.text("/time", "units"), "days since 2000-01-01");
  EXPECT_EQ(look.text("/time", "calendar"), "noleap");
  EXPECT_EQ(look.text("/time", "bounds"), "time_bnds");
  EXPECT_EQ(look.dimensions("/time_bnds", 2), (std::vector<std::string>{"time", "nv"}));
  EXPECT_EQ(look.dimensions("/v", 1), std::vector<std::string>{"time"});
}

TEST(ArrayCoordinates, that_differ_between_files_are_an_error_that_names_both) {
  const ScratchFolder folder;
  const std::string a = folder / "a.h5", b = folder / "b.h5";
  make_times(a, {1, 2}, "days since 2000-01-01");
  ArrayLayout layout;
  layout.dimensions = {dimension("time", {{a, "/time", 0, 2, 1}, {b, "/time", 0, 2, 1}})};
  layout.variables = {variable("v", ElementType::float32, {0})};
  const auto message = [&] { return message_of<InputError>([&] { create_array_file(folder / "out.nc", layout); }); };

  make_times(b, {1, 2}, "hours since 2000-01-01");
  EXPECT_EQ(message(), "units of /time differs (\"days since 2000-01-01\" in " + a +
                           ", \"hours since 2000-01-01\" in " + b +
                           "): join files that agree, or convert one of them (cdo, NCO)");
  make_times(b, {1, 2}, "days since 2000-01-01", H5T_IEEE_F32LE);
  EXPECT_SAYS(message(), "type of /time differs (float64 (big-endian) in " + a + ", float32 in " + b);
  { Maker(b).counting<float>("other", {2}); }
  EXPECT_EQ(message(), "no /time (" + b + "), which " + a + " has: join files that all have it or none");
  std::swap(layout.dimensions[0].copied[0], layout.dimensions[0].copied[1]);
  EXPECT_SAYS(message(), "no /time (" + b + "), which " + a + " has");
  EXPECT_FALSE(std::filesystem::exists(folder / "out.nc"));
}

TEST(ArrayCoordinates, of_text_and_those_that_are_none) {
  const ScratchFolder folder;
  const std::string in = folder / "in.h5", file = folder / "out.nc";
  {
    Maker maker(in);
    const TypeHandle text(H5Tcopy(H5T_C_S1));
    H5Tset_size(text.get(), H5T_VARIABLE);
    H5Tset_cset(text.get(), H5T_CSET_UTF8);
    const char* const names[] = {"Zürich", "Oslo", "Rom"};
    maker.dataset("station", text.get(), {3}, text.get(), names);
    const DatasetHandle bare = maker.counting<float>("bare", {3});
    Maker::text(bare.get(), "NAME", "This is a netCDF dimension but not a netCDF variable.         3");
    maker.dataset("reference", H5T_STD_REF_OBJ, {3});
  }
  ArrayLayout layout;
  layout.dimensions = {dimension("station", {{in, "/station", 0, 2, 2}, {in, "/station", 1, 1, 1}}),
                       dimension("bare", {{in, "/bare", 0, 3, 1}}),
                       dimension("reference", {{in, "/reference", 0, 3, 1}})};
  layout.variables = {variable("v", ElementType::float32, {0, 1, 2})};
  write_counting(file, layout);
  const Look look(file);
  EXPECT_SAYS(look.text("/bare", "NAME"), "not a netCDF variable");
  EXPECT_SAYS(look.text("/reference", "NAME"), "not a netCDF variable");
  const FileHandle handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const DatasetHandle station(H5Dopen2(handle.get(), "station", H5P_DEFAULT));
  const TypeHandle type(H5Dget_type(station.get()));
  char* names[3] = {};
  ASSERT_GE(H5Dread(station.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, names), 0);
  EXPECT_STREQ(names[0], "Zürich");
  EXPECT_STREQ(names[1], "Rom");
  EXPECT_STREQ(names[2], "Oslo");
  for (char* const name : names) H5free_memory(name);
}

TEST(ArrayRelated, auxiliary_coordinates_and_grid_mapping_follow_what_is_kept) {
  const ScratchFolder folder;
  const std::string in = folder / "in.nc", file = folder / "out.nc";
  write_counting(in, curvilinear(2));
  ArrayLayout layout;
  layout.source_file = in;
  layout.source_dataset = "/tas";
  layout.dimensions = {dimension("y", 2), dimension("x", 4)};
  layout.dimensions[0].source_dimension = 1;  // y = 0 and 2
  layout.dimensions[0].source_step = 2;
  layout.variables = {variable("mean", ElementType::float64, {0, 1}), variable("zonal", ElementType::float64, {0})};
  write_counting(file, layout);
  EXPECT_EQ(values_of<float>(file, "/lat"), (std::vector<float>{0, 1, 2, 3, 8, 9, 10, 11}));
  EXPECT_EQ(Dataset(file, "/lat_vertices", false).info().shape, (std::vector<std::int64_t>{2, 4, 4}));
  const Look look(file);
  EXPECT_EQ(look.text("/mean", "coordinates"), "lat lon height");
  EXPECT_EQ(look.text("/mean", "grid_mapping"), "crs");
  EXPECT_EQ(look.text("/zonal", "coordinates"), "height");
  EXPECT_EQ(look.text("/zonal", "grid_mapping"), "(none)");
  EXPECT_EQ(look.text("/lat", "bounds"), "lat_vertices");
  EXPECT_EQ(look.text("/crs", "grid_mapping_name"), "rotated_latitude_longitude");
  EXPECT_EQ(look.dimensions("/lat_vertices", 3), (std::vector<std::string>{"y", "x", "vertices"}));
}

TEST(ArrayRelated, nothing_comes_along_where_dimensions_are_gone) {
  const ScratchFolder folder;
  const std::string in = folder / "in.nc", file = folder / "out.nc";
  write_counting(in, curvilinear(2));
  ArrayLayout layout;
  layout.source_file = in;
  layout.source_dataset = "/tas";
  layout.dimensions = {dimension("time", 2), dimension("y", 2)};  // y is no longer the input's
  layout.variables = {variable("mean", ElementType::float64, {0, 1})};
  write_counting(file, layout);
  const Look look(file);
  EXPECT_FALSE(look.has("/lat"));
  EXPECT_FALSE(look.has("/crs"));
  EXPECT_EQ(look.text("/mean", "coordinates"), "height");
}

}  // namespace
}  // namespace scatterfold

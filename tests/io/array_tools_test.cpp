// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <string>

#include "array_layouts.hpp"
#include "scratch.hpp"
#include "support/python.hpp"

/// Array files as the field's tools see them. The tools need not be here: what is missing is told.
namespace scatterfold {
namespace {

/// What a command prints, which must succeed.
std::string told(const Words& command) {
  const ChildOutcome outcome = run_child_command(command);
  EXPECT_EQ(outcome.code, 0) << command[0] << ": " << outcome.out << outcome.err;
  return outcome.out + outcome.err;
}

bool has_program(const std::string& name, const std::string& option) {
  return run_child_command({name, option}).code != 127;
}

ElementType type_number(int number) { return static_cast<ElementType>(number); }

/// What an array file may have: coordinates copied and own, bounds, 2-D coordinates, a grid mapping, every type
/// that netCDF knows, groups, a scalar, chunks, and dimensions without coordinate.
class ArrayTools : public testing::Test {
 protected:
  void SetUp() override {
    ArrayLayout input = curvilinear(4);
    input.dimensions[0] = dimension("time", {0.5, 1.5, 2.5, 3.5}, "days since 2000-01-01");
    input.dimensions[0].attributes.insert(input.dimensions[0].attributes.end(),
                                          {{"calendar", "noleap"}, {"standard_name", "time"}, {"axis", "T"}});
    input.dimensions[0].bounds = {0, 1, 1, 2, 2, 3, 3, 4};
    input.history = "before";
    write_counting(input_, input);

    ArrayLayout layout;
    layout.source_file = input_;
    layout.source_dataset = "/tas";
    layout.history = "now";
    layout.provenance = {{"version", "1"}};
    layout.dimensions = {dimension("time", {{input_, "/time", 0, 2, 1}, {input_, "/time", 3, 1, 1}}), dimension("y", 3),
                         dimension("x", 4), dimension("month", {1, 2}, "1")};
    layout.dimensions[3].values_type = ElementType::int32;
    layout.dimensions[3].bounds = {0.5, 1.5, 1.5, 2.5};
    layout.variables = {variable("mean", ElementType::float32, {0, 1, 2}), variable("total", ElementType::float64, {})};
    layout.variables[0].attributes = {{"units", "K"}, {"cell_methods", "time: mean"}};
    layout.variables[0].has_fill = true;
    layout.variables[0].fill = 1e20;
    for (int i = 0; i < element_type_count; ++i) {
      if (type_number(i) == ElementType::float16) continue;
      layout.variables.push_back(variable("v_" + std::string(name_of(type_number(i))), type_number(i), {3, 2}));
      layout.variables.back().group = i % 2 == 0 ? "" : "more";
    }
    write_counting(plain_, layout);
    layout.deflate = 1;
    write_counting(packed_, layout);
  }

  const ScratchFolder folder_;
  const std::string input_ = folder_ / "input.nc", plain_ = folder_ / "plain.nc", packed_ = folder_ / "packed.nc";
};

TEST_F(ArrayTools, ncdump_shows_netcdf) {
  if (!has_program("ncdump", "-h")) GTEST_SKIP() << "ncdump is not installed (Debian: netcdf-bin)";
  for (const std::string& file : {plain_, packed_}) {
    const std::string header = told({"ncdump", "-h", file});
    for (const std::string part :
         {"time = 3 ;", "double time(time) ;", "time:calendar = \"noleap\"", "time:bounds = \"time_bnds\"",
          "double time_bnds(time, nv) ;", "int month(month) ;", "float mean(time, y, x) ;",
          "mean:_FillValue = 1.e+20f ;", "mean:coordinates = \"lat lon height\" ;", "mean:grid_mapping = \"crs\" ;",
          "float lat_vertices(y, x, vertices) ;", "double total ;", "ubyte v_uint8(month, x) ;",
          "uint64 v_uint64(month, x) ;", ":history = \"now\\n", "group: provenance"}) {
      EXPECT_SAYS(header, part);
    }
    const std::string data = told({"ncdump", file});
    EXPECT_SAYS(data, "time = 0.5, 1.5, 3.5 ;");
    EXPECT_SAYS(data, "month_bnds =\n  0.5, 1.5,\n  1.5, 2.5 ;");
    EXPECT_SAYS(data, "32, 33, 34, 35 ;");
  }
}

TEST_F(ArrayTools, cdo_knows_grid_and_calendar) {
  if (!has_program("cdo", "-V")) GTEST_SKIP() << "cdo is not installed";
  for (const std::string& file : {plain_, packed_}) {
    const std::string info = told({"cdo", "sinfo", "-selname,mean", file});
    EXPECT_SAYS(info, "curvilinear");
    EXPECT_SAYS(info, "Calendar = 365_day  Bounds = true");
    EXPECT_SAYS(told({"cdo", "infon", "-selname,mean", file}), "2000-01-04 12:00:00");
    EXPECT_SAYS(told({"cdo", "-s", "output", "-selname,mean", "-seltimestep,3", file}), "35");
  }
}

TEST_F(ArrayTools, xarray_decodes_all) {
  const std::string python = python_with("xarray, netCDF4");
  if (python.empty()) GTEST_SKIP() << "no Python with xarray and netCDF4";
  const std::string lines = R"(
import sys, numpy, xarray
for file in sys.argv[1:]:
    data = xarray.open_dataset(file, engine='netcdf4')
    assert data['mean'].dims == ('time', 'y', 'x'), data
    assert data['mean'].values.ravel().tolist() == list(range(36))
    assert data['mean'].attrs['units'] == 'K'
    assert data['lat'].dims == ('y', 'x') and 'lat' in data['mean'].coords and 'height' in data['mean'].coords
    assert str(data['time'].values[2]) == '2000-01-04 12:00:00', data['time'].values[2]
    assert data['month'].values.tolist() == [1, 2] and data['total'].values == 0
    more = xarray.open_dataset(file, engine='netcdf4', group='more')
    assert more['v_uint64'].values.ravel().tolist() == list(range(8))
    assert data.attrs['history'] == 'now\nbefore' and data.attrs['complete'] == 1
    assert xarray.open_dataset(file, engine='netcdf4', group='provenance').attrs['version'] == '1'
print('all')
)";
  EXPECT_SAYS(told({python, "-c", lines, plain_, packed_}), "all");
}

TEST_F(ArrayTools, h5py_follows_scales_both_ways) {
  const std::string python = python_with("h5py, numpy");
  if (python.empty()) GTEST_SKIP() << "no Python with h5py and NumPy";
  const std::string lines = R"(
import sys, h5py
for file in sys.argv[1:]:
    data = h5py.File(file)
    assert data['/'].id.get_create_plist().get_link_creation_order() == h5py.h5p.CRT_ORDER_TRACKED | h5py.h5p.CRT_ORDER_INDEXED
    assert [d[0].name for d in data['mean'].dims] == ['/time', '/y', '/x']
    assert [h5py.h5ds.is_scale(data[n].id) for n in ('time', 'y', 'mean')] == [True, True, False]
    assert data['mean'].fillvalue == data['mean'].attrs['_FillValue'][0] == numpy_float32(1e20)
    used = [(data[use[0]].name, use[1]) for use in data['x'].attrs['REFERENCE_LIST']]
    assert ('/mean', 2) in used and ('/more/v_uint8', 1) in used and ('/lat_vertices', 1) in used, used
    assert data.attrs['result_digest'] == 'digest' and data.attrs['complete'] == 1
    assert data['more/v_uint64'][1, 3] == 7 and data['total'][()] == 0
print('all')
)";
  EXPECT_SAYS(told({python, "-c", "from numpy import float32 as numpy_float32\n" + lines, plain_, packed_}), "all");
}

/// cdo takes a dimension of length 0 for time, so it is left out.
TEST_F(ArrayTools, empty_arrays_open) {
  const std::string python = python_with("xarray, netCDF4"), file = folder_ / "empty.nc";
  ArrayLayout layout;
  layout.dimensions = {dimension("none", 0), dimension("x", 4)};
  layout.variables = {variable("empty", ElementType::float32, {0, 1}), variable("full", ElementType::int32, {1})};
  write_counting(file, layout);
  if (has_program("ncdump", "-h")) {
    const std::string shown = told({"ncdump", file});
    EXPECT_SAYS(shown, "none = UNLIMITED ; // (0 currently)");
    EXPECT_SAYS(shown, "full = 0, 1, 2, 3 ;");
  }
  if (python.empty()) GTEST_SKIP() << "no Python with xarray and netCDF4";
  EXPECT_EQ(told({python, "-c",
                  "import sys, xarray; d = xarray.open_dataset(sys.argv[1], engine='netcdf4'); "
                  "print(d['empty'].shape, d['full'].values)",
                  file}),
            "(0, 4) [0 1 2 3]\n");
}

/// What netCDF itself writes, through us: text attributes of both kinds, an unlimited dimension, real coordinates.
TEST_F(ArrayTools, files_of_netcdf_go_through) {
  const std::string python = python_with("xarray, netCDF4");
  if (python.empty()) GTEST_SKIP() << "no Python with xarray and netCDF4";
  const std::string input = folder_ / "real.nc", output = folder_ / "out.nc";
  told({python, "-c", R"(
import sys, netCDF4
data = netCDF4.Dataset(sys.argv[1], 'w')
data.setncattr_string('institution', 'Ünï')
data.title = 'a title'
data.createDimension('time', None); data.createDimension('lat', 4); data.createDimension('bnds', 2)
data.createDimension('station', 3); data.createDimension('empty', 2)
time = data.createVariable('time', 'i8', ('time',)); time.units = 'hours since 1979-01-01'; time.bounds = 'time_b'
bounds = data.createVariable('time_b', 'i8', ('time', 'bnds'))
lat = data.createVariable('lat', '>f4', ('lat',), fill_value=-1); lat.setncattr_string('units', 'degrees_north')
station = data.createVariable('station', str, ('station',))
value = data.createVariable('t', 'f4', ('time', 'lat', 'station', 'empty'), zlib=True)
time[:] = [0, 6, 12]; bounds[:] = [[0, 6], [6, 12], [12, 18]]; lat[:] = [-60, -20, 20, 60]
for i, name in enumerate(['Zürich', 'Oslo', 'Rom']): station[i] = name
value[:] = 0
data.close()
)",
        input});
  ArrayLayout layout;
  layout.source_file = input;
  layout.source_dataset = "/t";
  layout.dimensions = {dimension("time", {{input, "/time", 1, 2, 1}}), dimension("lat", {{input, "/lat", 0, 2, 2}}),
                       dimension("station", {{input, "/station", 0, 3, 1}}),
                       dimension("empty", {{input, "/empty", 0, 2, 1}})};
  layout.variables = {variable("mean", ElementType::float64, {0, 1, 2, 3})};
  write_counting(output, layout);
  EXPECT_SAYS(told({python, "-c", R"(
import sys, xarray, netCDF4
data = xarray.open_dataset(sys.argv[1], engine='netcdf4')
assert data['time'].values.astype(str).tolist() == ['1979-01-01T06:00:00.000000000', '1979-01-01T12:00:00.000000000']
assert data['time_b'].dims == ('time', 'bnds')
assert data['lat'].values.tolist() == [-60, 20] and data['lat'].attrs['units'] == 'degrees_north'
assert data['station'].values.tolist() == ['Zürich', 'Oslo', 'Rom'] and 'empty' not in data.variables
assert data.attrs['institution'] == 'Ünï' and data.attrs['title'] == 'a title'
data.close()
raw = netCDF4.Dataset(sys.argv[1], 'a')
raw['lat'].comment = 'netCDF can go on with it'
raw.createVariable('later', 'f4', ('lat', 'time'))[:] = 1
raw.close()
assert xarray.open_dataset(sys.argv[1], engine='netcdf4')['later'].values.sum() == 4
print('all')
)",
                    output}),
              "all");
}

}  // namespace
}  // namespace scatterfold

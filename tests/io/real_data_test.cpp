// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cstdlib>

#include "io/inspect.hpp"
#include "scratch.hpp"

namespace scatterfold {
namespace {

class RealData : public testing::Test {
 protected:
  void SetUp() override {
    const char* const given = std::getenv("SCATTERFOLD_REAL_DATA");
    folder_ = given != nullptr ? given : SCATTERFOLD_SOURCE_DIR "/../shared/data";
    if (!std::filesystem::is_directory(folder_)) {
      GTEST_SKIP() << "real data is absent: set SCATTERFOLD_REAL_DATA to its folder (looked in " << folder_ << ")";
    }
  }
  std::string folder_;
};

TEST_F(RealData, ligo_strain) {
  const Dataset dataset(folder_ + "/ligo_h1_gw150914.hdf5", "/strain/Strain", true);
  const DatasetInfo& info = dataset.info();
  EXPECT_EQ(info.type, ElementType::float64);
  EXPECT_EQ(info.shape, (std::vector<std::int64_t>{131072}));
  EXPECT_EQ(info.chunk, (std::vector<std::int64_t>{2048}));
  ASSERT_EQ(info.filters.size(), 2u);  // the checksum first, which is unusual
  EXPECT_EQ(info.filters[0].id, H5Z_FILTER_FLETCHER32);
  EXPECT_EQ(info.filters[1].id, H5Z_FILTER_DEFLATE);
  const auto values = read_all<double>(dataset);
  EXPECT_EQ(values.front(), 2.177040281449375e-19);
}

TEST_F(RealData, nexus_frames) {
  const Dataset dataset(folder_ + "/nexus_saxs_frames.hdf5", "/entry/data/frames", true);
  EXPECT_EQ(dataset.info().type, ElementType::int32);
  EXPECT_EQ(dataset.info().chunk, (std::vector<std::int64_t>{2, 25, 122}));
  const auto all = read_all<std::int32_t>(dataset);
  std::vector<std::int32_t> part(3);
  dataset.read({{9, 194, 100}, {1, 1, 3}, {1, 1, 190}}, part.data());
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(part[i], all[(9 * 195 + 194) * 487 + 100 + 190 * i]);
  EXPECT_SAYS(open_error(folder_ + "/nexus_saxs_frames.hdf5", "/entry/title"), "holds strings");
}

TEST_F(RealData, ostia_temperature) {
  const Dataset dataset(folder_ + "/ostia_monthly.nc", "surface_temperature", true);
  EXPECT_EQ(dataset.info().dimension_names, (std::vector<std::string>{"time", "latitude", "longitude"}));
  EXPECT_EQ(dataset.info().rules.missing, std::vector<std::uint64_t>{std::bit_cast<std::uint32_t>(1e20f)});
  EXPECT_FALSE(dataset.info().rules.packed);
}

TEST_F(RealData, inspect_shows_each) {
  const std::string tree = inspect_file(folder_ + "/ostia_monthly.nc");
  EXPECT_SAYS(tree, "(time 54, latitude 18, longitude 432)");
  EXPECT_SAYS(inspect_file(folder_ + "/nexus_saxs_frames.hdf5"), "is the same object as /entry/data/frames");
  EXPECT_SAYS(inspect_dataset(folder_ + "/ligo_h1_gw150914.hdf5", "strain/Strain"),
              "chunks 2048, fletcher32, deflate 1");
}

}  // namespace
}  // namespace scatterfold

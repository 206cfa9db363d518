// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/decoded_values.hpp"

#include <cmath>
#include <limits>

#include "scratch.hpp"

namespace scatterfold {
namespace {

using Values = std::vector<double>;
using Integers = std::vector<std::int64_t>;

class DecodedValuesTest : public testing::Test {
 protected:
  DecodedValues read(const std::string& path) { return read_decoded(Dataset(file_, path, true)); }

  ScratchFolder folder_;
  std::string file_ = folder_ / "a.h5";
};

TEST_F(DecodedValuesTest, integers_are_exact) {
  {
    Maker maker(file_);
    const std::int64_t large[] = {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
    maker.dataset("signed", H5T_STD_I64BE, {2}, H5T_NATIVE_INT64, large);
    const std::uint64_t fits[] = {1, (std::uint64_t{1} << 63) - 1}, larger[] = {1, std::uint64_t{1} << 63};
    maker.dataset("fits", H5T_NATIVE_UINT64, {2}, H5T_NATIVE_UINT64, fits);
    maker.dataset("larger", H5T_NATIVE_UINT64, {2}, H5T_NATIVE_UINT64, larger);
  }
  EXPECT_EQ(read("signed").integers,
            (Integers{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}));
  EXPECT_EQ(read("fits").integers, (Integers{1, std::numeric_limits<std::int64_t>::max()}));
  EXPECT_TRUE(read("larger").integers.empty());
  EXPECT_EQ(read("larger").values, (Values{1, 0x1p63}));
}

TEST_F(DecodedValuesTest, packing_and_missing_values_are_the_datasets_own) {
  {
    Maker maker(file_);
    const DatasetHandle packed = maker.counting<std::int16_t>("packed", {6});
    Maker::attribute<double>(packed.get(), "scale_factor", {0.5});
    Maker::attribute<double>(packed.get(), "add_offset", {10});
    Maker::attribute<std::int16_t>(packed.get(), "_FillValue", {3});
    Maker::attribute<std::int16_t>(packed.get(), "valid_min", {1});
    Maker::attribute<std::int16_t>(packed.get(), "valid_max", {4});
    const double values[] = {1, std::nan(""), -0.0};
    const DatasetHandle real = maker.dataset("real", H5T_NATIVE_DOUBLE, {3}, H5T_NATIVE_DOUBLE, values);
    Maker::attribute<double>(real.get(), "missing_value", {0.0});
  }
  const DecodedValues packed = read("packed");
  EXPECT_EQ(packed.missing, (std::vector<bool>{true, false, false, true, false, true}));
  EXPECT_EQ(packed.values[1], 10.5);
  EXPECT_EQ(packed.values[4], 12);
  EXPECT_TRUE(std::isnan(packed.values[3]));
  EXPECT_TRUE(packed.integers.empty());
  EXPECT_EQ(read("real").missing, (std::vector<bool>{false, false, true}));
  EXPECT_TRUE(std::isnan(read("real").values[1]));
}

TEST_F(DecodedValuesTest, every_type) {
  {
    Maker maker(file_);
    maker.counting<std::int8_t>("i8", {3});
    maker.counting<std::uint8_t>("u8", {3});
    maker.counting<std::uint16_t>("u16", {3});
    maker.counting<std::int32_t>("i32", {3});
    maker.counting<std::uint32_t>("u32", {3});
    maker.counting<float>("f32", {3});
    const TypeHandle half(H5Tcopy(H5T_IEEE_F32LE));
    H5Tset_fields(half.get(), 15, 10, 5, 0, 10);
    H5Tset_size(half.get(), 2);
    H5Tset_ebias(half.get(), 15);
    const float numbers[] = {0, 1, 2};
    maker.dataset("f16", half.get(), {3}, H5T_NATIVE_FLOAT, numbers);
  }
  for (const char* const path : {"i8", "u8", "u16", "i32", "u32", "f32", "f16"})
    EXPECT_EQ(read(path).values, (Values{0, 1, 2})) << path;
}

}  // namespace
}  // namespace scatterfold

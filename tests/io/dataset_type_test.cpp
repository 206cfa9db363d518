// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cmath>
#include <limits>

#include "scratch.hpp"

namespace scatterfold {
namespace {

struct TypeCase {
  const char* name;
  hid_t little, big;
  ElementType type;
};

std::vector<TypeCase> every_type() {
  return {{"int8", H5T_STD_I8LE, H5T_STD_I8BE, ElementType::int8},
          {"uint8", H5T_STD_U8LE, H5T_STD_U8BE, ElementType::uint8},
          {"int16", H5T_STD_I16LE, H5T_STD_I16BE, ElementType::int16},
          {"uint16", H5T_STD_U16LE, H5T_STD_U16BE, ElementType::uint16},
          {"int32", H5T_STD_I32LE, H5T_STD_I32BE, ElementType::int32},
          {"uint32", H5T_STD_U32LE, H5T_STD_U32BE, ElementType::uint32},
          {"int64", H5T_STD_I64LE, H5T_STD_I64BE, ElementType::int64},
          {"uint64", H5T_STD_U64LE, H5T_STD_U64BE, ElementType::uint64},
          {"float32", H5T_IEEE_F32LE, H5T_IEEE_F32BE, ElementType::float32},
          {"float64", H5T_IEEE_F64LE, H5T_IEEE_F64BE, ElementType::float64}};
}

/// A floating-point type of the given fields, as numpy and machine learning frameworks store them.
TypeHandle float_type(std::size_t bytes, std::size_t exponent_bits, std::size_t mantissa_bits, std::size_t bias,
                      bool big) {
  TypeHandle type(H5Tcopy(big ? H5T_IEEE_F64BE : H5T_IEEE_F64LE));
  H5Tset_fields(type.get(), 8 * bytes - 1, mantissa_bits, exponent_bits, 0, mantissa_bits);
  H5Tset_precision(type.get(), 8 * bytes);
  H5Tset_size(type.get(), bytes);
  H5Tset_ebias(type.get(), bias);
  return type;
}

template <class T>
std::vector<double> as_doubles(const Dataset& dataset) {
  const auto values = read_all<T>(dataset);
  return {values.begin(), values.end()};
}

std::vector<double> any_as_doubles(const Dataset& dataset) {
  switch (dataset.info().type) {
    case ElementType::int8: return as_doubles<std::int8_t>(dataset);
    case ElementType::uint8: return as_doubles<std::uint8_t>(dataset);
    case ElementType::int16: return as_doubles<std::int16_t>(dataset);
    case ElementType::uint16: return as_doubles<std::uint16_t>(dataset);
    case ElementType::int32: return as_doubles<std::int32_t>(dataset);
    case ElementType::uint32: return as_doubles<std::uint32_t>(dataset);
    case ElementType::int64: return as_doubles<std::int64_t>(dataset);
    case ElementType::uint64: return as_doubles<std::uint64_t>(dataset);
    case ElementType::float32: return as_doubles<float>(dataset);
    default: return as_doubles<double>(dataset);
  }
}

TEST(DatasetType, every_type_in_either_byte_order_and_every_layout) {
  const ScratchFolder folder;
  const std::string file = folder / "types.h5";
  const std::vector<double> values{0, 1, 2, 3, 100, 127};
  const std::vector<std::string> layouts{"contiguous", "compact", "chunked"};
  {
    Maker maker(file);
    const PropertyHandle plain(H5Pcreate(H5P_DATASET_CREATE)), compact(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_layout(compact.get(), H5D_COMPACT);
    const PropertyHandle chunks = chunked({4});
    H5Pset_shuffle(chunks.get());
    H5Pset_deflate(chunks.get(), 1);
    const hid_t creation[] = {plain.get(), compact.get(), chunks.get()};
    for (const auto& c : every_type()) {
      for (int l = 0; l < 3; ++l) {
        const std::string name = std::string(c.name) + layouts[l];
        maker.dataset(name + "le", c.little, {6}, H5T_NATIVE_DOUBLE, values.data(), creation[l]);
        maker.dataset(name + "be", c.big, {6}, H5T_NATIVE_DOUBLE, values.data(), creation[l]);
      }
    }
  }
  for (const auto& c : every_type()) {
    for (std::size_t l = 0; l < layouts.size(); ++l) {
      for (const std::string order : {"le", "be"}) {
        SCOPED_TRACE(c.name + layouts[l] + order);
        const Dataset dataset(file, c.name + layouts[l] + order, true);
        const DatasetInfo& info = dataset.info();
        EXPECT_EQ(info.type, c.type);
        EXPECT_EQ(info.swapped, order == "be" && size_of(c.type) > 1);
        EXPECT_FALSE(info.converted);
        EXPECT_EQ(info.layout, l == 0   ? StorageLayout::contiguous
                               : l == 1 ? StorageLayout::compact
                                        : StorageLayout::chunked);
        EXPECT_EQ(info.file_offset >= 0, l == 0);
        EXPECT_EQ(any_as_doubles(dataset), values);
      }
    }
  }
}

TEST(DatasetType, contiguous_bytes_lie_where_the_offset_says_also_behind_a_user_block) {
  const ScratchFolder folder;
  const std::string file = folder / "block.h5";
  {
    const PropertyHandle creation(H5Pcreate(H5P_FILE_CREATE));
    H5Pset_userblock(creation.get(), 2048);
    Maker maker(file, creation.get());
    maker.counting<std::int32_t>("x", {5});
  }
  const Dataset dataset(file, "/x", true);
  const std::string bytes = slurp(file);
  std::vector<std::int32_t> found(5);
  ASSERT_LE(dataset.info().file_offset + 20, static_cast<std::int64_t>(bytes.size()));
  std::memcpy(found.data(), bytes.data() + dataset.info().file_offset, 20);
  EXPECT_EQ(found, (std::vector<std::int32_t>{0, 1, 2, 3, 4}));
}

TEST(DatasetType, half_precision_is_read_bit_for_bit) {
  const ScratchFolder folder;
  const std::string file = folder / "half.h5";
  std::vector<std::uint16_t> bits(65536);
  std::iota(bits.begin(), bits.end(), std::uint16_t{0});
  {
    Maker maker(file);
    const TypeHandle little = float_type(2, 5, 10, 15, false), big = float_type(2, 5, 10, 15, true);
    maker.dataset("little", little.get(), {65536}, little.get(), bits.data());
    maker.dataset("big", big.get(), {65536}, little.get(), bits.data());
  }
  for (const std::string name : {"little", "big"}) {
    const Dataset dataset(file, name, true);
    EXPECT_EQ(dataset.info().type, ElementType::float16);
    EXPECT_FALSE(dataset.info().converted);
    EXPECT_EQ(dataset.info().swapped, name == "big");
    EXPECT_EQ(read_all<std::uint16_t>(dataset), bits);
  }
}

TEST(DatasetType, bfloat16_becomes_float32_exactly) {
  const ScratchFolder folder;
  const std::string file = folder / "bfloat.h5";
  std::vector<std::uint16_t> bits(65536);
  std::iota(bits.begin(), bits.end(), std::uint16_t{0});
  {
    Maker maker(file);
    const TypeHandle type = float_type(2, 8, 7, 127, false);
    maker.dataset("x", type.get(), {65536}, type.get(), bits.data());
  }
  const Dataset dataset(file, "x", true);
  EXPECT_EQ(dataset.info().type, ElementType::float32);
  EXPECT_TRUE(dataset.info().converted);
  const auto values = read_all<float>(dataset);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const auto expected = std::bit_cast<float>(static_cast<std::uint32_t>(bits[i]) << 16);
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(values[i])) << i;
    } else {
      ASSERT_EQ(std::bit_cast<std::uint32_t>(values[i]), std::bit_cast<std::uint32_t>(expected)) << i;
    }
  }
}

TEST(DatasetType, odd_integers_are_converted_to_the_next_size) {
  const ScratchFolder folder;
  const std::string file = folder / "odd.h5";
  const std::vector<std::int32_t> values{-8388608, -1, 0, 1, 8388607};
  {
    Maker maker(file);
    for (const bool big : {false, true}) {
      const TypeHandle type(H5Tcopy(big ? H5T_STD_I32BE : H5T_STD_I32LE));
      H5Tset_precision(type.get(), 24);
      H5Tset_size(type.get(), 3);
      maker.dataset(big ? "big" : "little", type.get(), {5}, H5T_NATIVE_INT32, values.data());
    }
    const TypeHandle twelve(H5Tcopy(H5T_STD_U16LE));
    H5Tset_precision(twelve.get(), 12);
    const std::vector<std::uint16_t> small{0, 1, 4095};
    maker.dataset("twelve", twelve.get(), {3}, H5T_NATIVE_UINT16, small.data());
  }
  for (const std::string name : {"little", "big"}) {
    const Dataset dataset(file, name, true);
    EXPECT_TRUE(dataset.info().converted);
    EXPECT_FALSE(dataset.info().swapped);
    EXPECT_EQ(dataset.info().type, ElementType::int32);
    EXPECT_EQ(read_all<std::int32_t>(dataset), values);
  }
  const Dataset twelve(file, "twelve", true);
  EXPECT_TRUE(twelve.info().converted);
  EXPECT_EQ(read_all<std::uint16_t>(twelve), (std::vector<std::uint16_t>{0, 1, 4095}));
}

TEST(DatasetType, booleans_enumerations_and_bit_fields) {
  const ScratchFolder folder;
  const std::string file = folder / "enum.h5";
  const std::vector<std::int8_t> truths{0, 1, 1, -1};  // -1 belongs to no name: it must not be clipped
  const std::vector<std::int16_t> levels{300, -2, 300};
  const std::vector<std::uint32_t> fields{1, 0x80000000u};
  {
    Maker maker(file);
    const TypeHandle boolean(H5Tenum_create(H5T_STD_I8LE));
    std::int8_t value = 0;
    H5Tenum_insert(boolean.get(), "FALSE", &value);
    value = 1;
    H5Tenum_insert(boolean.get(), "TRUE", &value);
    maker.dataset("truth", boolean.get(), {4}, boolean.get(), truths.data());

    for (const bool big : {false, true}) {
      const TypeHandle level(H5Tenum_create(big ? H5T_STD_I16BE : H5T_STD_I16LE));
      const std::int16_t stored[] = {-2, 300};
      for (int i = 0; i < 2; ++i) {
        const std::int16_t bits = big ? static_cast<std::int16_t>(__builtin_bswap16(stored[i])) : stored[i];
        H5Tenum_insert(level.get(), i == 0 ? "low" : "high", &bits);
      }
      const TypeHandle native(H5Tget_native_type(level.get(), H5T_DIR_ASCEND));
      maker.dataset(big ? "big" : "little", level.get(), {3}, native.get(), levels.data());
    }
    maker.dataset("bits", H5T_STD_B32BE, {2}, H5T_NATIVE_B32, fields.data());
  }
  const Dataset truth(file, "truth", true);
  EXPECT_TRUE(truth.info().boolean);
  EXPECT_EQ(truth.info().type, ElementType::uint8);
  EXPECT_EQ(read_all<std::uint8_t>(truth), (std::vector<std::uint8_t>{0, 1, 1, 255}));
  for (const std::string name : {"little", "big"}) {
    const Dataset dataset(file, name, true);
    EXPECT_FALSE(dataset.info().boolean);
    EXPECT_EQ(dataset.info().swapped, name == "big");
    EXPECT_EQ(read_all<std::int16_t>(dataset), levels);
  }
  const Dataset bits(file, "bits", true);
  EXPECT_EQ(bits.info().type, ElementType::uint32);
  EXPECT_TRUE(bits.info().swapped);
  EXPECT_EQ(read_all<std::uint32_t>(bits), fields);
}

TEST(DatasetType, what_cannot_be_folded_is_named) {
  const ScratchFolder folder;
  const std::string file = folder / "others.h5";
  {
    Maker maker(file);
    const TypeHandle text(H5Tcopy(H5T_C_S1));
    H5Tset_size(text.get(), 5);
    maker.dataset("text", text.get(), {2});
    const TypeHandle complex(H5Tcreate(H5T_COMPOUND, 16));
    H5Tinsert(complex.get(), "r", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(complex.get(), "i", 8, H5T_NATIVE_DOUBLE);
    maker.dataset("complex", complex.get(), {2});
    const TypeHandle compound(H5Tcreate(H5T_COMPOUND, 8));
    H5Tinsert(compound.get(), "count", 0, H5T_NATIVE_INT);
    maker.dataset("compound", compound.get(), {2});
    const TypeHandle opaque(H5Tcreate(H5T_OPAQUE, 4));
    maker.dataset("opaque", opaque.get(), {2});
    maker.dataset("reference", H5T_STD_REF_OBJ, {2});
    const TypeHandle lists(H5Tvlen_create(H5T_NATIVE_INT));
    maker.dataset("lists", lists.get(), {2});
    const hsize_t three = 3;
    const TypeHandle array(H5Tarray_create2(H5T_NATIVE_INT, 1, &three));
    maker.dataset("array", array.get(), {2});
    maker.dataset("long", H5T_NATIVE_LDOUBLE, {2});
    const TypeHandle huge(H5Tcopy(H5T_STD_I64LE));
    H5Tset_precision(huge.get(), 128);
    maker.dataset("huge", huge.get(), {2});
    H5Tcommit2(maker.file(), "type", opaque.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  }
  EXPECT_EQ(open_error(file, "text"), "/text holds strings (" + file + "): name a dataset of integers or real numbers");
  EXPECT_SAYS(open_error(file, "complex"), "/complex holds complex numbers (");
  EXPECT_SAYS(open_error(file, "compound"), "holds compound values");
  EXPECT_SAYS(open_error(file, "opaque"), "holds opaque bytes");
  EXPECT_SAYS(open_error(file, "reference"), "holds references");
  EXPECT_SAYS(open_error(file, "lists"), "holds variable-length lists");
  EXPECT_SAYS(open_error(file, "array"), "holds small arrays as elements");
  EXPECT_SAYS(open_error(file, "long"), "which no float64 holds exactly");
  EXPECT_SAYS(open_error(file, "huge"), "holds integers of 128 bits");
  EXPECT_EQ(open_error(file, "type"), "/type is a named type (" + file + "): name a dataset");
}

TEST(DatasetType, empty_scalar_and_null_datasets_open) {
  const ScratchFolder folder;
  const std::string file = folder / "empty.h5";
  {
    Maker maker(file);
    const double seven = 7;
    maker.dataset("scalar", H5T_IEEE_F64LE, std::vector<hsize_t>{}, H5T_NATIVE_DOUBLE, &seven);
    maker.dataset("zero", H5T_IEEE_F64LE, {3, 0, 2});
    const SpaceHandle null(H5Screate(H5S_NULL));
    maker.in_space("null", H5T_IEEE_F64LE, null.get());
    const hsize_t now[] = {0, 4}, most[] = {H5S_UNLIMITED, 4};
    const SpaceHandle unlimited(H5Screate_simple(2, now, most));
    const PropertyHandle chunks = chunked({2, 4});
    maker.in_space("unlimited", H5T_IEEE_F64LE, unlimited.get(), -1, nullptr, chunks.get());
  }
  EXPECT_EQ(read_all<double>(Dataset(file, "scalar", true)), std::vector<double>{7});
  for (const std::string name : {"zero", "null", "unlimited"}) {
    const Dataset dataset(file, name, true);
    EXPECT_EQ(dataset.info().elements(), 0) << name;
    EXPECT_TRUE(read_all<double>(dataset).empty());
  }
}

TEST(DatasetType, more_than_2_to_the_63_is_too_large) {
  const ScratchFolder folder;
  const std::string file = folder / "huge.h5";
  {
    Maker maker(file);
    const PropertyHandle chunks = chunked({1, 1});
    const hsize_t big = hsize_t{1} << 32;
    maker.dataset("elements", H5T_STD_I8LE, {big, big}, -1, nullptr, chunks.get());
    maker.dataset("bytes", H5T_IEEE_F64LE, {big, big / 4}, -1, nullptr, chunks.get());
    maker.dataset("fits", H5T_STD_I8LE, {big, big / 4}, -1, nullptr, chunks.get());
  }
  EXPECT_EQ(open_error(file, "elements"), "dataset is too large (/elements in " + file + "): over 2^63 elements");
  EXPECT_EQ(open_error(file, "bytes"), "dataset is too large (/bytes in " + file + "): over 2^63 bytes");
  EXPECT_EQ(Dataset(file, "fits", true).info().elements(), std::int64_t{1} << 62);
}

TEST(DatasetType, fill_value_is_in_native_bits) {
  const ScratchFolder folder;
  const std::string file = folder / "fill.h5";
  {
    Maker maker(file);
    const PropertyHandle chunks = chunked({4});
    const float fill = -1.5f;
    H5Pset_fill_value(chunks.get(), H5T_NATIVE_FLOAT, &fill);
    maker.dataset("float", H5T_IEEE_F32BE, {8}, -1, nullptr, chunks.get());
    maker.dataset("int", H5T_STD_I16LE, {8}, -1, nullptr, chunks.get());
    maker.dataset("none", H5T_STD_I16LE, {8});
  }
  const Dataset dataset(file, "float", true);
  EXPECT_EQ(dataset.info().fill_bits, std::bit_cast<std::uint32_t>(-1.5f));
  EXPECT_EQ(dataset.info().stored_bytes, 0);
  EXPECT_EQ(read_all<float>(dataset), std::vector<float>(8, -1.5f));
  EXPECT_EQ(Dataset(file, "int", true).info().fill_bits, 0xFFFFu);  // -1.5 converted by the library
  const Dataset none(file, "none", true);
  EXPECT_EQ(none.info().fill_bits, 0u);
  EXPECT_EQ(none.info().file_offset, -1);
}

}  // namespace
}  // namespace scatterfold

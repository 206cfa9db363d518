// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "io/scratch.hpp"
#include "source/dataset_source.hpp"

/// Chunks decoded here against what the HDF5 library reads.
namespace scatterfold {
namespace {

struct Recipe {
  const char* name;
  std::vector<hsize_t> chunk;
  std::function<void(hid_t)> filters;
};

void none(hid_t) {}
void deflate(hid_t p) { H5Pset_deflate(p, 4); }
void shuffle_deflate(hid_t p) {
  H5Pset_shuffle(p);
  H5Pset_deflate(p, 1);
}
void checked_first(hid_t p) {
  H5Pset_fletcher32(p);
  H5Pset_shuffle(p);
  H5Pset_deflate(p, 1);
}
void checked_last(hid_t p) {
  shuffle_deflate(p);
  H5Pset_fletcher32(p);
}
void edges_unfiltered(hid_t p) {
  shuffle_deflate(p);
  H5Pset_chunk_opts(p, H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS);
}

const Recipe recipes[] = {
    {"none", {3, 2, 4}, none},
    {"one_element", {1, 1, 1}, deflate},
    {"dividing", {7, 5, 3}, shuffle_deflate},
    {"deflate", {3, 2, 4}, deflate},
    {"checked_first", {2, 5, 4}, checked_first},
    {"checked_last", {3, 3, 9}, checked_last},
    {"edges_unfiltered", {3, 2, 4}, edges_unfiltered},
};
const std::vector<hsize_t> shape = {7, 5, 9};

std::unique_ptr<DatasetSource> source_of(const std::string& file, const std::string& name, const Hyperslab* slab) {
  auto dataset = std::make_unique<Dataset>(file, name, true);
  const Hyperslab selection = slab != nullptr ? *slab : whole(dataset->info());
  return std::make_unique<DatasetSource>(std::move(dataset), selection);
}

/// Every unit, and every part [1, n) of one, with and without an index.
void expect_same_as_library(const std::string& file, const std::string& name, const Hyperslab* slab) {
  const Dataset library(file, name, true);
  for (const bool indexed : {false, true}) {
    const auto source = source_of(file, name, slab);
    ASSERT_STREQ(source->way_of_reading(), "chunk by chunk, read and decoded by all threads");
    if (indexed) source->take_chunk_index(source->make_chunk_index());
    for (std::int64_t u = 0; u < source->partition().units(); ++u) {
      const Hyperslab box = source->partition().unit(u);
      std::vector<std::int32_t> expected(static_cast<std::size_t>(box.elements()));
      if (expected.empty()) continue;
      library.read(box, expected.data());
      std::vector<std::int32_t> found(expected.size(), -7);
      source->read({u, 0, box.elements()}, reinterpret_cast<std::byte*>(found.data()));
      ASSERT_EQ(found, expected) << name << " unit " << u;
      if (expected.size() < 2) continue;
      source->read({u, 1, box.elements()}, reinterpret_cast<std::byte*>(found.data()));
      ASSERT_TRUE(std::equal(expected.begin() + 1, expected.end(), found.begin())) << name << " unit " << u;
    }
  }
}

class ChunkReader : public testing::TestWithParam<Recipe> {};

TEST_P(ChunkReader, gives_what_the_library_reads) {
  const ScratchFolder folder;
  const std::string file = folder / "chunks.h5";
  {
    Maker maker(file);
    const PropertyHandle properties = chunked(GetParam().chunk);
    GetParam().filters(properties.get());
    maker.counting<std::int32_t>("x", shape, properties.get());
  }
  expect_same_as_library(file, "x", nullptr);
  const Hyperslab steps{{1, 0, 2}, {3, 5, 4}, {2, 1, 2}}, plane{{4, 0, 0}, {1, 5, 9}, {1, 1, 1}};
  expect_same_as_library(file, "x", &steps);
  expect_same_as_library(file, "x", &plane);
}

std::string name_of_recipe(const testing::TestParamInfo<Recipe>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Recipes, ChunkReader, testing::ValuesIn(recipes), name_of_recipe);

TEST(ChunkReader, what_was_never_written_is_the_fill_value) {
  const ScratchFolder folder;
  const std::string file = folder / "holes.h5";
  {
    Maker maker(file);
    const PropertyHandle properties = chunked({4, 4});
    const std::int32_t fill = 0x01020304;
    H5Pset_fill_value(properties.get(), H5T_NATIVE_INT32, &fill);
    H5Pset_deflate(properties.get(), 1);
    for (const bool big_endian : {false, true}) {
      const DatasetHandle made =
          maker.dataset(big_endian ? "big" : "little", big_endian ? H5T_STD_I32BE : H5T_STD_I32LE, {10, 10}, -1,
                        nullptr, properties.get());
      const SpaceHandle space(H5Dget_space(made.get())), memory(H5Screate_simple(1, shape.data(), nullptr));
      const hsize_t start[] = {5, 2}, count[] = {1, 7};
      H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start, nullptr, count, nullptr);
      const std::vector<std::int32_t> row = {1, 2, 3, 4, 5, 6, 7};
      H5Dwrite(made.get(), H5T_NATIVE_INT32, memory.get(), space.get(), H5P_DEFAULT, row.data());
    }
  }
  expect_same_as_library(file, "little", nullptr);
  const auto source = source_of(file, "big", nullptr);
  EXPECT_TRUE(source->decoding().swapped);
  std::vector<unsigned char> bytes(4 * 16);
  source->read({0, 0, 16}, reinterpret_cast<std::byte*>(bytes.data()));
  EXPECT_EQ((std::vector<unsigned char>(bytes.begin(), bytes.begin() + 4)), (std::vector<unsigned char>{1, 2, 3, 4}));
}

TEST(ChunkReader, threads_read_at_once) {
  const ScratchFolder folder;
  const std::string file = folder / "threads.h5";
  {
    Maker maker(file);
    const PropertyHandle properties = chunked({5, 50});
    shuffle_deflate(properties.get());
    maker.counting<std::int32_t>("x", {200, 100}, properties.get());
  }
  const auto source = source_of(file, "x", nullptr);
  const Dataset library(file, "x", true);
  std::vector<int> wrong(4, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t) {
      threads.emplace_back([&, t] {
        for (std::int64_t u = static_cast<std::int64_t>(t); u < source->partition().units(); u += 3) {
          std::vector<std::int32_t> found(250), expected(250);
          source->read({u, 0, 250}, reinterpret_cast<std::byte*>(found.data()));
          library.read(source->partition().unit(u), expected.data());
          wrong[t] += found == expected ? 0 : 1;
        }
      });
    }
  }
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(ChunkReader, a_damaged_chunk_is_named) {
  const ScratchFolder folder;
  const std::string file = folder / "damaged.h5";
  std::int64_t end = 0;
  {
    Maker maker(file);
    const PropertyHandle properties = chunked({100, 100});
    checked_last(properties.get());
    maker.counting<std::int32_t>("first", {100, 200}, properties.get());
    H5Fflush(maker.file(), H5F_SCOPE_GLOBAL);
    hsize_t size = 0;
    H5Fget_filesize(maker.file(), &size);
    end = static_cast<std::int64_t>(size);
  }
  const int descriptor = ::open(file.c_str(), O_RDWR);
  ASSERT_GE(descriptor, 0);
  const std::vector<char> noise(64, 'x');
  // The chunks' bytes end the file; the last one is (0, 1).
  ASSERT_EQ(::pwrite(descriptor, noise.data(), noise.size(), end - 500), static_cast<ssize_t>(noise.size()));
  ::close(descriptor);
  const auto source = source_of(file, "first", nullptr);
  std::vector<std::byte> out(40'000);
  source->read({0, 0, 10'000}, out.data());
  const std::string text = message_of([&] { source->read({1, 0, 10'000}, out.data()); });
  EXPECT_SAYS(text, "cannot read /first");
  EXPECT_SAYS(text, "chunk (0, 1)");
  EXPECT_SAYS(text, "fletcher32");
}

}  // namespace
}  // namespace scatterfold

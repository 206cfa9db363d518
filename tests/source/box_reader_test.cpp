// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/box_reader.hpp"

#include <gtest/gtest.h>

#include "io/scratch.hpp"

/// Boxes of one file, and of three that follow one another, against slices of the array they hold.
namespace scatterfold {
namespace {

using Lengths = std::vector<std::int64_t>;

/// An element is its place in all files together.
constexpr std::int64_t along = 1;
const Lengths beside = {6, 0, 9};
const Lengths part_lengths = {4, 11, 5};
constexpr std::int64_t whole_length = 20;

std::int32_t element_at(std::int64_t i, std::int64_t j, std::int64_t k) {
  return static_cast<std::int32_t>((i * whole_length + j) * beside[2] + k);
}

class BoxReading : public ::testing::Test {
 protected:
  /// A part in a file of its own, from `begin` of the whole.
  void make(const std::string& name, std::int64_t begin, std::int64_t length, hid_t type,
            const std::vector<hsize_t>& chunk) {
    const PropertyHandle creation(H5Pcreate(H5P_DATASET_CREATE));
    if (!chunk.empty()) {
      H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data());
      H5Pset_shuffle(creation.get());
      H5Pset_deflate(creation.get(), 1);
    }
    std::vector<std::int32_t> values;
    for (std::int64_t i = 0; i < beside[0]; ++i) {
      for (std::int64_t j = 0; j < length; ++j) {
        for (std::int64_t k = 0; k < beside[2]; ++k) values.push_back(element_at(i, begin + j, k));
      }
    }
    Maker maker(folder_ / name);
    maker.dataset("x", type, {6, static_cast<hsize_t>(length), 9}, H5T_NATIVE_INT32, values.data(), creation.get());
    files_.push_back(folder_ / name);
  }

  JoinedSource source() const {
    std::vector<std::unique_ptr<DatasetSource>> parts;
    for (const std::string& file : files_) {
      auto dataset = std::make_unique<Dataset>(file, "/x", true);
      const Lengths& shape = dataset->info().shape;
      const Hyperslab all{Lengths(shape.size(), 0), shape, Lengths(shape.size(), 1)};
      parts.push_back(std::make_unique<DatasetSource>(std::move(dataset), all));
    }
    return JoinedSource(std::move(parts));
  }

  static void expect_boxes(const JoinedSource& source) {
    const Hyperslab boxes[] = {{{0, 0, 0}, {6, whole_length, 9}, {1, 1, 1}},
                               {{2, 3, 1}, {2, 5, 4}, {1, 1, 1}},
                               {{0, 0, 0}, {1, 1, 1}, {1, 1, 1}},
                               {{5, 19, 8}, {1, 1, 1}, {1, 1, 1}},
                               {{1, 2, 0}, {2, 6, 3}, {3, 3, 4}},
                               {{0, 0, 4}, {6, whole_length, 1}, {1, 1, 1}},
                               {{0, 4, 0}, {6, 11, 9}, {1, 1, 1}},
                               {{0, 14, 0}, {3, 2, 9}, {2, 1, 1}},
                               {{4, 0, 2}, {1, 10, 2}, {1, 2, 6}},
                               {{0, 5, 0}, {2, 0, 9}, {1, 1, 1}},
                               {{2, 3, 1}, {2, 5, 4}, {1, 1, 1}},
                               {{0, 0, 0}, {2, 4, 9}, {1, 1, 1}}};
    for (const std::int64_t cache_bytes : {std::int64_t{0}, std::int64_t{300}, std::int64_t{1} << 20}) {
      BoxReader reader(source, along, cache_bytes);
      for (const Hyperslab& box : boxes) {
        std::vector<std::int32_t> expected;
        for (std::int64_t i = 0; i < box.count[0]; ++i) {
          for (std::int64_t j = 0; j < box.count[1]; ++j) {
            for (std::int64_t k = 0; k < box.count[2]; ++k) {
              expected.push_back(element_at(box.start[0] + i * box.step[0], box.start[1] + j * box.step[1],
                                            box.start[2] + k * box.step[2]));
            }
          }
        }
        std::vector<std::int32_t> found(expected.size() + 1, -7);
        reader.read(box, reinterpret_cast<std::byte*>(found.data()));
        EXPECT_EQ(found.back(), -7) << "written past the end";
        found.pop_back();
        if (source.decoding().swapped) {
          for (std::int32_t& value : found)
            value = static_cast<std::int32_t>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
        }
        EXPECT_EQ(found, expected) << "box from " << box.start[0] << ", " << box.start[1] << ", " << box.start[2]
                                   << " with a cache of " << cache_bytes;
      }
    }
  }

  const ScratchFolder folder_;
  std::vector<std::string> files_;
};

TEST_F(BoxReading, contiguous) {
  make("all.h5", 0, whole_length, H5T_STD_I32LE, {});
  expect_boxes(source());
}

TEST_F(BoxReading, big_endian) {
  make("all.h5", 0, whole_length, H5T_STD_I32BE, {});
  expect_boxes(source());
}

TEST_F(BoxReading, chunks_of_any_size) {
  const std::vector<std::vector<hsize_t>> chunks = {{1, 1, 1}, {2, 3, 4}, {6, 20, 9}, {4, 7, 9}, {6, 1, 2}};
  for (const std::vector<hsize_t>& chunk : chunks) {
    files_.clear();
    make("all.h5", 0, whole_length, H5T_STD_I32LE, chunk);
    expect_boxes(source());
  }
}

TEST_F(BoxReading, parts_of_any_storage) {
  make("1.h5", 0, part_lengths[0], H5T_STD_I32LE, {});
  make("2.h5", part_lengths[0], part_lengths[1], H5T_STD_I32BE, {4, 3, 5});
  make("3.h5", part_lengths[0] + part_lengths[1], part_lengths[2], H5T_STD_I32LE, {6, 2, 9});
  expect_boxes(source());
}

TEST_F(BoxReading, parts_of_which_the_first_is_big_endian) {
  make("1.h5", 0, part_lengths[0], H5T_STD_I32BE, {1, 4, 9});
  make("2.h5", part_lengths[0], part_lengths[1], H5T_STD_I32LE, {4, 3, 5});
  make("3.h5", part_lengths[0] + part_lengths[1], part_lengths[2], H5T_STD_I32BE, {});
  expect_boxes(source());
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <random>
#include <thread>

#include "scratch.hpp"

namespace scatterfold {
namespace {

TEST(DatasetRead, slabs_equal_brute_force_in_every_layout) {
  const ScratchFolder folder;
  const std::string file = folder / "slabs.h5";
  {
    Maker maker(file);
    const PropertyHandle chunks = chunked({3, 2, 4});
    maker.counting<std::int32_t>("chunked", {7, 5, 9}, chunks.get());
    maker.counting<std::int32_t>("contiguous", {7, 5, 9});
  }
  std::mt19937 random(3);
  for (const std::string name : {"chunked", "contiguous"}) {
    const Dataset dataset(file, name, true);
    for (int trial = 0; trial < 200; ++trial) {
      Hyperslab slab;
      for (const std::int64_t n : dataset.info().shape) {
        const auto draw = [&](std::int64_t low, std::int64_t high) {
          return std::uniform_int_distribution<std::int64_t>(low, high)(random);
        };
        slab.start.push_back(draw(0, n - 1));
        slab.step.push_back(draw(1, 3));
        slab.count.push_back(draw(0, (n - 1 - slab.start.back()) / slab.step.back() + 1));
      }
      std::vector<std::int32_t> expected;
      for (std::int64_t i = 0; i < slab.count[0]; ++i) {
        for (std::int64_t j = 0; j < slab.count[1]; ++j) {
          for (std::int64_t k = 0; k < slab.count[2]; ++k) {
            const auto at = [&](std::size_t d, std::int64_t n) { return slab.start[d] + n * slab.step[d]; };
            expected.push_back(static_cast<std::int32_t>((at(0, i) * 5 + at(1, j)) * 9 + at(2, k)));
          }
        }
      }
      std::vector<std::int32_t> found(expected.size() + 1, -7);
      dataset.read(slab, found.data());
      EXPECT_EQ(found.back(), -7);
      found.pop_back();
      ASSERT_EQ(found, expected);
    }
  }
}

TEST(DatasetRead, a_slab_outside_is_a_bug) {
  const ScratchFolder folder;
  const std::string file = folder / "outside.h5";
  {
    Maker maker(file);
    maker.counting<double>("x", {4});
  }
  const Dataset dataset(file, "x", true);
  std::vector<double> out(8);
  for (const Hyperslab& slab :
       {Hyperslab{{0}, {5}, {1}}, Hyperslab{{-1}, {1}, {1}}, Hyperslab{{0}, {3}, {2}}, Hyperslab{{0}, {1}, {0}},
        Hyperslab{{1}, {2}, {std::int64_t{1} << 62}}, Hyperslab{{0, 0}, {1, 1}, {1, 1}}, Hyperslab{}}) {
    EXPECT_THROW(dataset.read(slab, out.data()), Error);
  }
}

TEST(DatasetRead, from_many_threads) {
  const ScratchFolder folder;
  const std::string file = folder / "threads.h5";
  {
    Maker maker(file);
    const PropertyHandle chunks = chunked({100});
    H5Pset_deflate(chunks.get(), 1);
    maker.counting<std::int64_t>("x", {10000}, chunks.get());
  }
  const Dataset dataset(file, "x", true);
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::int64_t begin = static_cast<std::int64_t>(t) * 50; begin + 50 <= 10000; begin += 200) {
        std::vector<std::int64_t> found(50);
        dataset.read({{begin}, {50}, {1}}, found.data());
        for (std::int64_t i = 0; i < 50; ++i) wrong[t] += found[static_cast<std::size_t>(i)] != begin + i;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

/// A file of 3 x 2 chunks whose chunk (1, 1) has a byte turned over.
std::string damaged_file(const ScratchFolder& folder, bool checksum) {
  const std::string file = folder / "damaged.h5";
  haddr_t address = 0;
  {
    Maker maker(file);
    const PropertyHandle chunks = chunked({2, 4});
    if (checksum) H5Pset_fletcher32(chunks.get());
    if (!checksum) H5Pset_deflate(chunks.get(), 6);
    const DatasetHandle dataset = maker.counting<double>("group_x", {6, 8}, chunks.get());
    const hsize_t offset[] = {2, 4};
    unsigned mask = 0;
    hsize_t size = 0;
    H5Dget_chunk_info_by_coord(dataset.get(), offset, &mask, &address, &size);
  }
  std::string bytes = slurp(file);
  bytes[address + 4] = static_cast<char>(bytes[address + 4] ^ 0xFF);
  spill(file, bytes);
  return file;
}

TEST(DatasetRead, a_damaged_chunk_is_named) {
  const ScratchFolder folder;
  for (const bool checksum : {true, false}) {
    const std::string file = damaged_file(folder, checksum);
    const Dataset dataset(file, "group_x", true);
    std::vector<double> out(48);
    EXPECT_EQ(message_of([&] { dataset.read(whole(dataset.info()), out.data()); }),
              "cannot read /group_x (" + file + ", chunk (1, 1)): HDF5 says \"" +
                  (checksum ? "data error detected by Fletcher32 checksum" : "inflate() failed") +
                  "\"; the file is damaged there, get a fresh copy");
    dataset.read({{0, 0}, {2, 8}, {1, 1}}, out.data());  // the rest is still there
    EXPECT_EQ(out[15], 15);
  }
}

TEST(DatasetRead, contiguous_data_past_the_end_is_found_on_opening) {
  const ScratchFolder folder;
  const std::string file = folder / "short.h5";
  std::int64_t offset = 0;
  {
    Maker maker(file);
    maker.counting<double>("x", {100000});
  }
  {
    const Dataset dataset(file, "x", true);
    offset = dataset.info().file_offset;
  }
  // A header that is content with less: the end-of-file address of superblock version 0 is at byte 40.
  std::string bytes = slurp(file).substr(0, static_cast<std::size_t>(offset) + 1000);
  const std::uint64_t end = bytes.size();
  std::memcpy(bytes.data() + 40, &end, 8);
  spill(file, bytes);
  EXPECT_SAYS(open_error(file, "x"), std::to_string(bytes.size()) + " bytes");
}

}  // namespace
}  // namespace scatterfold

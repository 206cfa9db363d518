// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/broadcast_source.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "io/scratch.hpp"
#include "partition/broadcast.hpp"

/// Inputs spread over a whole, against each element looked up by its indices.
namespace scatterfold {
namespace {

using Lengths = std::vector<std::int64_t>;
using Axes = std::vector<std::size_t>;

/// The input (5, 1, 4) of elements 0, 1, 2, ..., in some storage.
constexpr std::int64_t input_elements = 20;
const Lengths input_lengths = {5, 1, 4};

class Broadcasting : public testing::Test {
 protected:
  std::unique_ptr<JoinedSource> source(const std::vector<hsize_t>& chunk, const Hyperslab& selection) {
    const std::string file = folder_ / (std::to_string(files_++) + ".h5");
    std::vector<std::int32_t> values;
    for (std::int64_t i = 0; i < input_elements; ++i) values.push_back(static_cast<std::int32_t>(i));
    PropertyHandle properties(H5Pcreate(H5P_DATASET_CREATE));
    if (!chunk.empty()) properties = chunked(chunk);
    if (!chunk.empty()) H5Pset_deflate(properties.get(), 1);
    Maker(file).dataset("x", H5T_STD_I32LE, {5, 1, 4}, H5T_NATIVE_INT32, values.data(), properties.get());
    std::vector<std::unique_ptr<DatasetSource>> parts;
    parts.push_back(std::make_unique<DatasetSource>(std::make_unique<Dataset>(file, "/x", true), selection));
    return std::make_unique<JoinedSource>(std::move(parts));
  }

  static std::int32_t wanted(const Lengths& indices, const Axes& axes) {
    std::int64_t number = 0;
    for (std::size_t d = 0; d < axes.size(); ++d)
      number = number * input_lengths[d] + (input_lengths[d] == 1 ? 0 : indices[axes[d]]);
    return static_cast<std::int32_t>(number);
  }

  /// Every unit whole, and in pieces.
  static void expect_all(const BroadcastSource& source, const Axes& axes) {
    const Partition& partition = source.partition();
    for (std::int64_t u = 0; u < partition.units(); ++u) {
      const Hyperslab slab = partition.unit(u);
      const std::int64_t elements = slab.elements();
      for (const std::int64_t piece : {elements, std::int64_t{7}}) {
        for (std::int64_t begin = 0; begin < elements; begin += piece) {
          const Span span{u, begin, std::min(begin + piece, elements)};
          std::vector<std::int32_t> found(static_cast<std::size_t>(span.elements()));
          source.read(span, reinterpret_cast<std::byte*>(found.data()));
          for (std::int64_t i = span.begin; i < span.end; ++i)
            ASSERT_EQ(found[static_cast<std::size_t>(i - begin)], wanted(indices_of(slab, i), axes)) << u << " " << i;
        }
      }
    }
  }

  ScratchFolder folder_;
  int files_ = 0;
};

TEST_F(Broadcasting, has_the_elements_of_every_box) {
  // (axes of the input in the whole, shape of the whole)
  const std::vector<std::pair<Axes, Lengths>> wholes = {
      {{0, 1, 2}, {5, 1, 4}}, {{0, 1, 2}, {5, 6, 4}}, {{1, 2, 3}, {3, 5, 2, 4}}, {{3, 0, 1}, {2, 4, 3, 5}}};
  for (const auto& [axes, shape] : wholes) {
    for (const bool some : {false, true}) {
      Hyperslab selection = whole_slab(shape);
      for (std::size_t d = 0; some && d < shape.size(); ++d) {
        if (shape[d] > 2) selection.start[d] = 1, selection.step[d] = 2, selection.count[d] = shape[d] / 2;
      }
      for (const std::vector<hsize_t>& chunk : {std::vector<hsize_t>{}, {2, 1, 3}, {1, 1, 1}}) {
        for (const Lengths& cut : {Lengths{}, Lengths(shape.size(), 2)}) {
          const Partition partition(shape, selection, cut);
          const ElementPlaces places(partition, shape);
          const Hyperslab own = part_of_box(selection, input_lengths, axes);
          const auto input = source(chunk, own);
          for (const std::int64_t keep_bytes : {std::int64_t{0}, std::int64_t{80}}) {
            const BroadcastSource spread(*input, own, {input_lengths, axes, 0}, places, {keep_bytes, 1 << 20, 2});
            EXPECT_EQ(spread.kept(), keep_bytes > 0);
            expect_all(spread, axes);
          }
        }
      }
    }
  }
}

TEST_F(Broadcasting, reads_what_it_keeps_once) {
  const Lengths shape = {5, 6, 4};
  const Partition partition(shape, whole_slab(shape), {});
  const ElementPlaces places(partition, shape);
  const auto input = source({}, whole_slab(input_lengths));
  const BroadcastSource spread(*input, whole_slab(input_lengths), {input_lengths, {0, 1, 2}, 0}, places,
                               {1000, 1000, 2});
  std::vector<std::int32_t> out(120);
  EXPECT_EQ(spread.read({0, 0, 120}, reinterpret_cast<std::byte*>(out.data())).bytes, 80);
  EXPECT_EQ(spread.read({0, 0, 120}, reinterpret_cast<std::byte*>(out.data())).bytes, 0);
}

TEST_F(Broadcasting, waits_for_one_of_the_readers_that_the_memory_is_for) {
  const Lengths shape = {5, 100, 4};
  const Partition partition(shape, whole_slab(shape), {2, 3, 4});
  const ElementPlaces places(partition, shape);
  const auto input = source({2, 1, 3}, whole_slab(input_lengths));
  const BroadcastSource spread(*input, whole_slab(input_lengths), {input_lengths, {0, 1, 2}, 0}, places, {0, 1, 8});
  EXPECT_EQ(spread.bytes(), BoxReader::least_bytes(*input)) << "no more than one reader needs";
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { expect_all(spread, {0, 1, 2}); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace scatterfold

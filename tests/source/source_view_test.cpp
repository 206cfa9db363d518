// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include "io/scratch.hpp"
#include "source/joined_source.hpp"

/// What is seen in place is what is read; and what cannot be seen is told.
namespace scatterfold {
namespace {

using Lengths = std::vector<std::int64_t>;

std::unique_ptr<DatasetSource> part_of(const std::string& file, const Hyperslab* selection = nullptr) {
  auto dataset = std::make_unique<Dataset>(file, "x", true);
  const Hyperslab all = whole(dataset->info());
  return std::make_unique<DatasetSource>(std::move(dataset), selection == nullptr ? all : *selection);
}

/// Compares all spans of a source; gives how many were seen in place.
int spans_in_place(const Source& source) {
  const std::unique_ptr<SourceView> view = source.make_view();
  if (view == nullptr) return -1;
  int in_place = 0;
  for (std::int64_t s = 0; s < source.partition().segments(); ++s) {
    for (const Span& span : source.partition().segment(s)) {
      const auto size = static_cast<std::size_t>(span.elements() * size_of(source.decoding().stored));
      const std::byte* const found = view->find(span);
      if (found == nullptr) continue;
      std::vector<std::byte> read(size);
      source.read(span, read.data());
      EXPECT_EQ(std::memcmp(found, read.data(), size), 0) << span.begin << " to " << span.end;
      view->check(span);
      ++in_place;
    }
  }
  return in_place;
}

class InPlace : public ::testing::Test {
 protected:
  std::string make(const std::string& name, const std::vector<hsize_t>& shape, hid_t type = H5T_NATIVE_INT32,
                   hid_t creation = H5P_DEFAULT) {
    std::size_t elements = 1;
    for (const hsize_t n : shape) elements *= n;
    std::vector<std::int32_t> values(elements);
    for (std::size_t i = 0; i < elements; ++i) values[i] = static_cast<std::int32_t>(i * 2'654'435'761u);
    Maker(folder_ / name).dataset("x", type, shape, H5T_NATIVE_INT32, values.data(), creation);
    return folder_ / name;
  }
  ScratchFolder folder_;
};

TEST_F(InPlace, a_whole_dataset) {
  const std::string file = make("whole", {3, 7, 50'001});
  EXPECT_EQ(spans_in_place(*part_of(file)), 17);
  EXPECT_EQ(spans_in_place(*part_of(make("one", {1}))), 1);
  EXPECT_EQ(spans_in_place(*part_of(make("none", {0, 5}))), -1);
}

TEST_F(InPlace, a_selection_in_one_piece) {
  const std::string file = make("slices", {30, 7, 1001});
  const Hyperslab steps{{11, 0, 0}, {13, 7, 1001}, {1, 1, 1}}, part{{11, 2, 5}, {1, 1, 700}, {1, 1, 1}};
  EXPECT_EQ(spans_in_place(*part_of(file, &steps)), 2);
  EXPECT_EQ(spans_in_place(*part_of(file, &part)), 1);
}

TEST_F(InPlace, long_rows_but_not_short_ones) {
  const std::string file = make("rows", {4, 2'500'000});
  const Hyperslab long_rows{{0, 7}, {2, 2'200'000}, {3, 1}}, short_rows{{0, 7}, {4, 1'000'000}, {1, 1}},
      every_other{{0, 0}, {4, 1'250'000}, {1, 2}};
  // Two rows of 2.2 million elements have 68 segments, of which one is in both.
  EXPECT_EQ(spans_in_place(*part_of(file, &long_rows)), 67);
  EXPECT_EQ(spans_in_place(*part_of(file, &short_rows)), -1);
  EXPECT_EQ(spans_in_place(*part_of(file, &every_other)), -1);
}

TEST_F(InPlace, nothing_of_chunks_or_by_the_library) {
  EXPECT_EQ(spans_in_place(*part_of(make("chunks", {1000}, H5T_NATIVE_INT32, chunked({100}).get()))), -1);
  const std::string file = make("contiguous", {1000});
  setenv("SCATTERFOLD_READ", "library", 1);
  EXPECT_EQ(spans_in_place(*part_of(file)), -1);
  unsetenv("SCATTERFOLD_READ");
}

TEST_F(InPlace, nothing_that_is_not_aligned) {
  const std::string file = folder_ / "odd";
  {
    Maker maker(file);
    maker.counting<std::int8_t>("three", {3});
    maker.counting<double>("x", {1000});
  }
  const auto source = part_of(file);
  ASSERT_NE(source->info().file_offset % 8, 0) << "HDF5 puts small datasets side by side";
  EXPECT_EQ(spans_in_place(*source), -1);
}

TEST_F(InPlace, parts_that_need_no_turning) {
  std::vector<std::unique_ptr<DatasetSource>> parts;
  const hid_t swapped = std::endian::native == std::endian::little ? H5T_STD_I32BE : H5T_STD_I32LE;
  for (const std::string& file : {make("a", {70'000}), make("b", {70'000}, swapped), make("c", {140'000})})
    parts.push_back(part_of(file));
  EXPECT_EQ(spans_in_place(JoinedSource(std::move(parts))), 2 + 3);
  std::vector<std::unique_ptr<DatasetSource>> alike;
  for (const char* name : {"b", "b"}) alike.push_back(part_of(folder_ / name));
  EXPECT_EQ(spans_in_place(JoinedSource(std::move(alike))), 4);
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <cstdlib>

#include "filters/encode.hpp"
#include "filters/pipelines.hpp"
#include "io/scratch.hpp"
#include "source/dataset_source.hpp"

/// Files that get shorter under the reader, and chunks of every filter that are damaged (FAULTS cases 4 and 6).
namespace scatterfold {
namespace {

using encode::Buffer;

std::unique_ptr<DatasetSource> source_of(const std::string& file, const std::string& name) {
  auto dataset = std::make_unique<Dataset>(file, name, true);
  const Hyperslab selection = whole(dataset->info());
  return std::make_unique<DatasetSource>(std::move(dataset), selection);
}

TEST(TruncatedWhileRead, is_told_whatever_the_way) {
  const ScratchFolder folder;
  const std::string file = folder / "data.h5";
  for (const char* name : {"contiguous", "chunks", "packed"}) {
    for (const char* way : {"", "library"}) {
      {
        Maker maker(file);
        const PropertyHandle chunks = chunked({50'000});
        if (std::string(name) == "packed") H5Pset_deflate(chunks.get(), 1);
        maker.counting<std::int32_t>(name, {100'000}, std::string(name) == "contiguous" ? H5P_DEFAULT : chunks.get());
      }
      setenv("SCATTERFOLD_READ", way, 1);
      const auto source = source_of(file, name);
      source->take_chunk_index(source->make_chunk_index());
      const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file));
      std::filesystem::resize_file(file, static_cast<std::uintmax_t>(bytes / 2));
      std::vector<std::byte> out(400'000);
      const std::string text = message_of([&] {
        // HDF5 itself takes what is not there any more for zeros.
        const Partition& units = source->partition();
        for (std::int64_t u = 0; u < units.units(); ++u) source->read({u, 0, units.unit(u).elements()}, out.data());
      });
      unsetenv("SCATTERFOLD_READ");
      EXPECT_SAYS(text, "truncated file (/" + std::string(name) + " in " + file + "): it had " + std::to_string(bytes));
      EXPECT_SAYS(text, std::to_string(bytes / 2));
    }
  }
}

TEST(TruncatedWhileRead, is_told_where_data_is_looked_at_in_place) {
  const ScratchFolder folder;
  const std::string file = folder / "data.h5";
  Maker(file).counting<std::int32_t>("x", {1'000'000});
  const auto source = source_of(file, "x");
  const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file));
  const std::unique_ptr<SourceView> view = source->make_view();
  const Span span{0, 900'000, 1'000'000};
  const std::byte* const found = view->find(span);
  ASSERT_NE(found, nullptr);
  view->check(span);
  std::filesystem::resize_file(file, static_cast<std::uintmax_t>(bytes / 2));
  EXPECT_EQ(std::vector<std::byte>(found, found + 400'000).back(), std::byte{0}) << "no SIGBUS";
  EXPECT_SAYS(message_of([&] { view->check(span); }),
              "truncated file (/x in " + file + "): it had " + std::to_string(bytes) + " bytes when it was opened and");
}

TEST(TruncatedWhileRead, is_told_of_less_than_a_page) {
  const ScratchFolder folder;
  const std::string file = folder / "data.h5";
  Maker(file).counting<std::int32_t>("x", {1'000'000});
  const auto source = source_of(file, "x");
  const std::unique_ptr<SourceView> view = source->make_view();
  const Span span{0, 900'000, 1'000'000};
  ASSERT_NE(view->find(span), nullptr);
  const auto end = static_cast<std::uintmax_t>(source->info().file_offset + 4'000'000);
  std::filesystem::resize_file(file, end - 8);  // the kernel makes zeros of the rest of the page, without a signal
  EXPECT_SAYS(message_of([&] { view->check(span); }), "truncated file (/x in " + file + ")");
}

/// A dataset of two chunks that went through `steps`; HDF5 itself knows few of them.
void make_chunks(const std::string& file, const std::vector<FilterStep>& steps, const std::vector<Buffer>& stored) {
  Maker maker(file);
  const PropertyHandle properties = chunked({512});
  for (const FilterStep& step : steps) {
    H5Pset_filter(properties.get(), step.id, H5Z_FLAG_OPTIONAL, step.parameters.size(), step.parameters.data());
  }
  const DatasetHandle made = maker.dataset("x", H5T_NATIVE_INT32, {1024}, -1, nullptr, properties.get());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const hsize_t offset = 512 * i;
    H5Dwrite_chunk(made.get(), H5P_DEFAULT, 0, &offset, stored[i].size(), stored[i].data());
  }
}

TEST(DamagedChunk, is_named_whatever_its_filters) {
  const ScratchFolder folder;
  const std::string file = folder / "data.h5";
  const Buffer raw = encode::bytes_of(2048);
  for (const NamedPipeline& pipeline : usual_pipelines(4)) {
    const Buffer sound = encode::chunk(raw, pipeline.steps);
    const Buffer cut(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(sound.size() / 2));
    if (pipeline.steps.empty()) continue;  // refused when the dataset is opened
    make_chunks(file, pipeline.steps, {sound, cut});
    const auto source = source_of(file, "x");
    ASSERT_STREQ(source->way_of_reading(), "chunk by chunk, read and decoded by all threads") << pipeline.name;
    source->take_chunk_index(source->make_chunk_index());
    Buffer out(2048);
    source->read({0, 0, 512}, out.data());
    EXPECT_EQ(out, raw) << pipeline.name;
    EXPECT_SAYS(message_of([&] {
                  source->read({1, 0, 512}, out.data());
                }),
                "cannot read /x (" + file + ", chunk (1)): ");
  }
}

TEST(DamagedChunk, of_more_bytes_than_an_encoder_makes_is_refused) {
  const ScratchFolder folder;
  const std::string file = folder / "data.h5";
  const Buffer raw = encode::bytes_of(2048);
  for (const NamedPipeline& pipeline : usual_pipelines(4)) {
    if (pipeline.steps.empty()) continue;
    Buffer longer = encode::chunk(raw, pipeline.steps);
    longer.resize(200'000);
    make_chunks(file, pipeline.steps, {longer});
    const auto source = source_of(file, "x");
    Buffer out(2048);
    EXPECT_SAYS(message_of([&] {
                  source->read({0, 0, 512}, out.data());
                }),
                "chunk (0)): it claims 200000 stored bytes, more than can come of 2048");
  }
}

TEST(DamagedChunk, of_packed_bits_that_are_cut_is_no_stale_memory) {
  const ScratchFolder folder;
  const std::string file = folder / "data.h5";
  for (const bool scaled : {true, false}) {
    std::vector<unsigned char> sound(4096);
    hsize_t bytes = 0;
    const hsize_t zero = 0;
    const TypeHandle narrow(H5Tcopy(H5T_NATIVE_INT32));
    H5Tset_precision(narrow.get(), 11);
    const auto make = [&](Maker& maker, const std::string& name) {
      const PropertyHandle properties = chunked({512});
      scaled ? H5Pset_scaleoffset(properties.get(), H5Z_SO_INT, 0) : H5Pset_nbit(properties.get());
      return maker.dataset(name, scaled ? H5T_NATIVE_INT32 : narrow.get(), {512}, -1, nullptr, properties.get());
    };
    {
      Maker maker(file);
      const DatasetHandle whole = make(maker, "whole");
      std::vector<std::int32_t> values(512);
      std::iota(values.begin(), values.end(), 100);
      H5Dwrite(whole.get(), H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
      H5Fflush(maker.file(), H5F_SCOPE_GLOBAL);
      std::uint32_t mask = 0;
      H5Dget_chunk_storage_size(whole.get(), &zero, &bytes);
      H5Dread_chunk(whole.get(), H5P_DEFAULT, &zero, &mask, sound.data());
      const DatasetHandle cut = make(maker, "cut"), copied = make(maker, "copied");
      H5Dwrite_chunk(cut.get(), H5P_DEFAULT, 0, &zero, bytes - 10, sound.data());
      H5Dwrite_chunk(copied.get(), H5P_DEFAULT, 0, &zero, bytes, sound.data());
    }
    ASSERT_GT(bytes, 500u);
    Buffer out(2048);
    source_of(file, "copied")->read({0, 0, 512}, out.data());
    EXPECT_EQ(std::to_integer<int>(out[0]), 100);
    EXPECT_SAYS(message_of([&] {
                  source_of(file, "cut")->read({0, 0, 512}, out.data());
                }),
                "chunk (0)): its packed bits are cut off");
  }
}

}  // namespace
}  // namespace scatterfold

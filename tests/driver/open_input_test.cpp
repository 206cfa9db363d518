// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/open_input.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <tuple>

#include "driver/parse_selection.hpp"
#include "io/scratch.hpp"

namespace scatterfold {
namespace {

/// Along its dimension, element (i, j, k) of all files together is 10000 i + 100 j + k.
struct Part {
  std::vector<hsize_t> shape;
  hid_t stored = H5T_NATIVE_INT32;
  std::vector<hsize_t> chunk = {};
};

class OpenInput : public testing::Test {
 protected:
  /// Files a.h5, b.h5, ... one behind the other along `along`.
  void make(const std::vector<Part>& parts, std::size_t along) {
    hsize_t begin = 0;
    char name[] = "a.h5";
    for (const Part& part : parts) {
      std::vector<std::int32_t> values;
      for (hsize_t i = 0; i < part.shape[0]; ++i) {
        for (hsize_t j = 0; j < part.shape[1]; ++j) {
          for (hsize_t k = 0; k < part.shape[2]; ++k) {
            const hsize_t at[] = {i + (along == 0 ? begin : 0), j + (along == 1 ? begin : 0),
                                  k + (along == 2 ? begin : 0)};
            values.push_back(static_cast<std::int32_t>(10000 * at[0] + 100 * at[1] + at[2]));
          }
        }
      }
      Maker maker(folder_ / name);
      const PropertyHandle properties =
          part.chunk.empty() ? PropertyHandle(H5Pcreate(H5P_DATASET_CREATE)) : chunked(part.chunk);
      if (!part.chunk.empty()) H5Pset_deflate(properties.get(), 1);
      const auto made = maker.dataset("x", part.stored, part.shape, H5T_NATIVE_INT32, values.data(), properties.get());
      Maker::text(made.get(), "units", "K");
      begin += part.shape[along];
      ++name[0];
    }
  }

  Job job(const std::string& concat, const std::vector<std::string>& select = {}) {
    Job job;
    job.file = folder_ / "*.h5";
    job.dataset = "/x";
    job.concat = concat;
    for (const std::string& text : select) job.select.push_back(parse_selection(text));
    return job;
  }

  /// All elements that the source hands out, sorted, as native int32.
  static std::vector<std::int32_t> all_of(const JoinedSource& source) {
    std::vector<std::int32_t> values;
    for (std::int64_t s = 0; s < source.partition().segments(); ++s) {
      for (const Span& span : source.partition().segment(s)) {
        std::vector<std::int32_t> part(static_cast<std::size_t>(span.elements()));
        source.read(span, reinterpret_cast<std::byte*>(part.data()));
        if (source.decoding().swapped) {
          for (std::int32_t& value : part) value = static_cast<std::int32_t>(__builtin_bswap32(value));
        }
        values.insert(values.end(), part.begin(), part.end());
      }
    }
    std::sort(values.begin(), values.end());
    return values;
  }

  ScratchFolder folder_;
};

std::vector<std::int32_t> box(int i0, int i1, int istep, int j0, int j1, int k0, int k1) {
  std::vector<std::int32_t> values;
  for (int i = i0; i < i1; i += istep) {
    for (int j = j0; j < j1; ++j) {
      for (int k = k0; k < k1; ++k) values.push_back(10000 * i + 100 * j + k);
    }
  }
  std::sort(values.begin(), values.end());
  return values;
}

TEST_F(OpenInput, joins_files_of_any_storage_along_the_first_dimension) {
  make({{{3, 5, 7}, H5T_NATIVE_INT32, {2, 5, 3}}, {{1, 5, 7}}, {{4, 5, 7}, H5T_STD_I32BE}, {{2, 5, 7}}}, 0);
  const Input input = open_input(job("0"), input_files(job("0")));
  EXPECT_EQ(input.info.shape, (std::vector<std::int64_t>{10, 5, 7}));
  EXPECT_EQ(input.source->parts().size(), 4u);
  EXPECT_EQ(all_of(*input.source), box(0, 10, 1, 0, 5, 0, 7));
  EXPECT_EQ(input.source->way_of_reading().find("library"), std::string::npos) << "for the sake of the byte order";
}

TEST_F(OpenInput, joins_along_inner_dimensions) {
  make({{{3, 2, 7}}, {{3, 4, 7}, H5T_NATIVE_INT32, {3, 3, 3}}}, 1);
  EXPECT_EQ(all_of(*open_input(job("1"), input_files(job("1"))).source), box(0, 3, 1, 0, 6, 0, 7));
}

TEST_F(OpenInput, joins_along_the_last_dimension_counted_from_the_end) {
  make({{{3, 2, 2}}, {{3, 2, 5}}}, 2);
  EXPECT_EQ(all_of(*open_input(job("-1"), input_files(job("-1"))).source), box(0, 3, 1, 0, 2, 0, 7));
}

TEST_F(OpenInput, selects_in_the_dataset_that_the_files_are_together) {
  make({{{3, 5, 7}}, {{4, 5, 7}, H5T_NATIVE_INT32, {2, 2, 2}}, {{3, 5, 7}}}, 0);
  const std::vector<std::string> across = {"0,2,-1,3", "2,1,4"}, within_one = {"0,4,6"}, nothing = {"0,3,3"};
  EXPECT_EQ(all_of(*open_input(job("0", across), input_files(job("0"))).source), box(2, 9, 3, 0, 5, 1, 4));
  EXPECT_EQ(all_of(*open_input(job("0", within_one), input_files(job("0"))).source), box(4, 6, 1, 0, 5, 0, 7));
  EXPECT_TRUE(all_of(*open_input(job("0", nothing), input_files(job("0"))).source).empty());
}

TEST_F(OpenInput, weighs_runs_by_stored_bytes_where_any_part_has_chunks) {
  make({{{3, 5, 7}}, {{4, 5, 7}, H5T_NATIVE_INT32, {4, 5, 7}}}, 0);
  const Input input = open_input(job("0"), input_files(job("0")));
  EXPECT_TRUE(input.source->run_weights(0).empty()) << "no chunk index yet";
  for (const auto& part : input.source->parts()) part->take_chunk_index(part->make_chunk_index());
  const auto weights = input.source->run_weights(0);
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_GT(weights[1], weights[0]) << "chunks have to be decoded";
  EXPECT_EQ(input.source->run_weights(1), std::vector<std::int64_t>{weights[0] + weights[1]});
}

TEST_F(OpenInput, refuses_files_that_differ) {
  const std::vector<hsize_t> shape = {3, 5, 7};
  const auto refusal_of = [&](const std::function<void(Maker&)>& other) {
    make({{shape}}, 0);
    {
      Maker maker(folder_ / "b.h5");
      other(maker);
    }
    return message_of([&] { open_input(job("0"), input_files(job("0"))); });
  };
  const auto expect_refused = [&](const std::string& what, const std::function<void(Maker&)>& other) {
    const std::string message = refusal_of(other);
    for (const std::string& part : {what, std::string("a.h5"), std::string("b.h5")}) {
      EXPECT_NE(message.find(part), std::string::npos) << message;
    }
  };
  expect_refused("shapes of /x", [](Maker& m) { m.counting<std::int32_t>("x", {3, 5, 6}); });
  expect_refused("shapes of /x", [](Maker& m) { m.counting<std::int32_t>("x", {3, 5}); });
  expect_refused("shapes of /x", [](Maker& m) { m.counting<std::int32_t>("x", {}); });
  expect_refused("types of /x", [](Maker& m) { m.counting<std::int16_t>("x", {3, 5, 7}); });
  expect_refused("units of /x", [](Maker& m) { m.counting<std::int32_t>("x", {3, 5, 7}); });
  const auto in_kelvin = [](Maker& m) {
    auto made = m.counting<std::int32_t>("x", {3, 5, 7});
    Maker::text(made.get(), "units", "K");
    return made;
  };
  expect_refused("(value = stored * 0.5 + 0 in float64)",
                 [&](Maker& m) { Maker::attribute<double>(in_kelvin(m).get(), "scale_factor", {0.5}); });
  expect_refused("(stored values equal to -9 are missing)",
                 [&](Maker& m) { Maker::attribute<std::int32_t>(in_kelvin(m).get(), "_FillValue", {-9}); });
}

TEST_F(OpenInput, refuses_dimensions_in_another_order) {
  for (const auto& [name, first, second] : {std::tuple{"a.h5", "lat", "lon"}, std::tuple{"b.h5", "lon", "lat"}}) {
    Maker maker(folder_ / name);
    const auto made = maker.counting<std::int32_t>("x", {4, 4});
    Maker::labels(made.get(), {first, second});
  }
  const std::string message = message_of([&] { open_input(job("lat", {"lon,0,1"}), input_files(job("lat"))); });
  EXPECT_SAYS(message, "names of dimension 0 of /x");
  EXPECT_SAYS(message, "a.h5 (lat)");
  EXPECT_SAYS(message, "b.h5 (lon)");
}

TEST_F(OpenInput, takes_dimensions_without_names_by_their_numbers) {
  {
    Maker maker(folder_ / "a.h5");
    Maker::labels(maker.counting<std::int32_t>("x", {4}).get(), {"time"});
  }
  Maker(folder_ / "b.h5").counting<std::int32_t>("x", {5});
  EXPECT_EQ(open_input(job("time"), input_files(job("time"))).info.shape, std::vector<std::int64_t>{9});
}

TEST_F(OpenInput, refuses_more_elements_than_can_be_counted) {
  for (const char* name : {"a.h5", "b.h5"}) {
    const auto properties = chunked({hsize_t{1} << 31});
    Maker(folder_ / name).dataset("x", H5T_NATIVE_UINT8, {(hsize_t{1} << 62) + 3}, -1, nullptr, properties.get());
  }
  EXPECT_SAYS(message_of([&] { open_input(job("0"), input_files(job("0"))); }), "too large");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which keep what was freed
TEST_F(OpenInput, the_library_keeps_no_chunks_of_files_that_were_read) {
  constexpr std::int64_t elements = std::int64_t{1} << 22, files = 8;  // a chunk of 16 MiB each
  for (char name = 'a'; name < 'a' + files; ++name) {
    const auto properties = chunked({elements});
    H5Pset_deflate(properties.get(), 1);
    const std::vector<std::int32_t> ones(elements, 1);
    Maker(folder_ / (name + std::string(".h5")))
        .dataset("x", H5T_NATIVE_INT32, {elements}, H5T_NATIVE_INT32, ones.data(), properties.get());
  }
  const auto resident_bytes = [] {
    std::int64_t all = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> all >> resident;
    return resident * sysconf(_SC_PAGESIZE);
  };
  setenv("SCATTERFOLD_READ", "library", 1);
  const Input input = open_input(job("0"), input_files(job("0")));
  unsetenv("SCATTERFOLD_READ");
  std::vector<std::int32_t> piece(elements / 4);
  const std::int64_t before = resident_bytes();
  for (std::int64_t unit = 0; unit < files; ++unit) {
    for (std::int64_t begin = 0; begin < elements; begin += elements / 4) {
      input.source->read({unit, begin, begin + elements / 4}, reinterpret_cast<std::byte*>(piece.data()));
      ASSERT_EQ(piece.back(), 1);
    }
  }
  EXPECT_LT(resident_bytes() - before, 4 * elements * 4) << "half of what the files have";
}
#endif

TEST_F(OpenInput, says_what_is_wrong_with_the_name) {
  EXPECT_NE(message_of([&] { input_files(job("0")); }).find("no file matches"), std::string::npos);
  make({{{3, 5, 7}}, {{1, 5, 7}}}, 0);
  EXPECT_NE(message_of<UsageError>([&] { input_files(job("")); }).find("--concat"), std::string::npos);
  EXPECT_NE(message_of<UsageError>([&] { open_input(job("time"), input_files(job("time"))); }).find("(--concat)"),
            std::string::npos);
}

TEST_F(OpenInput, takes_a_file_whose_name_looks_like_a_pattern_as_it_is) {
  make({{{3, 5, 7}}}, 0);
  std::filesystem::rename(folder_ / "a.h5", folder_ / "a[1]*.h5");
  Job one = job("");
  one.file = folder_ / "a[1]*.h5";
  EXPECT_EQ(input_files(one), std::vector<std::string>{one.file});
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/array_file.hpp"

#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <thread>

#include "array_layouts.hpp"
#include "in_child.hpp"
#include "scratch.hpp"

namespace scatterfold {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// One variable of one dimension, written from `values`.
template <class T, class Value>
std::vector<T> stored(ElementType type, const std::vector<Value>& values, std::optional<double> fill = {},
                      const std::vector<std::uint8_t>& missing = {}) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.dimensions = {dimension("i", static_cast<std::int64_t>(values.size()))};
  layout.variables = {variable("v", type, {0})};
  layout.variables[0].has_fill = fill.has_value();
  layout.variables[0].fill = fill.value_or(0);
  const auto offsets = create_array_file(file, layout);
  write_box(file, layout, offsets, 0, all_of(layout, 0), std::span<const Value>(values), missing);
  finish_array_file(file, layout, offsets, "d");
  return values_of<T>(file, "/v");
}

TEST(ArrayFile, holds_metadata_coordinates_and_provenance) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.dimensions = {dimension("month", {1, 2, 3}, "1"), dimension("lat", 2)};
  layout.dimensions[0].values_type = ElementType::int32;
  layout.dimensions[0].bounds = {0.5, 1.5, 1.5, 2.5, 2.5, 3.5};
  layout.variables = {variable("mean", ElementType::float32, {0, 1}), variable("count", ElementType::int64, {1})};
  layout.variables[0].attributes = {{"units", "K"}, {"cell_methods", "time: mean"}, {"comment", ""}, {"name", "Übung"}};
  layout.variables[0].has_fill = true;
  layout.variables[0].fill = -9;
  layout.variables[1].group = "detail/more";
  layout.history = "2026-01-01T00:00:00Z scatterfold: command";
  layout.provenance = {{"version", "1"}, {"version", "twice"}};
  write_counting(file, layout);

  EXPECT_EQ(values_of<float>(file, "/mean"), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(values_of<std::int64_t>(file, "/detail/more/count"), (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(values_of<std::int32_t>(file, "/month"), (std::vector<std::int32_t>{1, 2, 3}));
  EXPECT_EQ(values_of<double>(file, "/month_bnds"), layout.dimensions[0].bounds);
  const Look look(file);
  EXPECT_EQ(look.dimensions("/mean", 2), (std::vector<std::string>{"month", "lat"}));
  EXPECT_EQ(look.dimensions("/detail/more/count", 1), std::vector<std::string>{"lat"});
  EXPECT_EQ(look.dimensions("/month_bnds", 2), (std::vector<std::string>{"month", "nv"}));
  EXPECT_EQ(look.text("/month", "bounds"), "month_bnds");
  EXPECT_EQ(look.text("/month", "units"), "1");
  EXPECT_EQ(look.text("/mean", "cell_methods"), "time: mean");
  EXPECT_EQ(look.text("/mean", "name"), "Übung");
  EXPECT_EQ(look.number("/mean", "_FillValue"), -9);
  EXPECT_EQ(look.text("/lat", "NAME"), "This is a netCDF dimension but not a netCDF variable.         2");
  EXPECT_EQ(look.text("/", "history"), layout.history);
  EXPECT_EQ(look.text("/", "Conventions"), "CF-1.8");
  EXPECT_EQ(look.text("/", "result_digest"), "digest");
  EXPECT_EQ(look.number("/", "complete"), 1);
  EXPECT_EQ(look.text("/provenance", "version"), "1");
}

TEST(ArrayFile, boxes_may_come_in_any_order_and_from_many_threads) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.dimensions = {dimension("a", 6), dimension("b", 4), dimension("c", 5)};
  layout.variables = {variable("v", ElementType::int16, {0, 1, 2})};
  const auto offsets = create_array_file(file, layout);
  std::vector<std::jthread> writers;
  for (std::int64_t a = 4; a >= 0; a -= 2) {
    for (const std::int64_t c : {2, 0}) {
      writers.emplace_back([=, &layout] {
        const Hyperslab box = box_of({a, 0, c}, {2, 4, c == 2 ? 3 : 2});
        std::vector<std::int64_t> values;
        for (std::int64_t i = 0; i < box.elements(); ++i) {
          const std::int64_t at = i / box.count[2], column = i % box.count[2] + c;
          values.push_back(a * 20 + at * 5 + column);
        }
        write_box(file, layout, offsets, 0, box, std::span<const std::int64_t>(values), {});
      });
    }
  }
  writers.clear();
  finish_array_file(file, layout, offsets, "");
  std::vector<std::int16_t> expected(120);
  std::iota(expected.begin(), expected.end(), std::int16_t{0});
  EXPECT_EQ(values_of<std::int16_t>(file, "/v"), expected);
}

TEST(ArrayFile, values_are_rounded_once) {
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, std::vector<double>{0.5, 1.5, 127.4, -128.5}),
            (std::vector<std::int8_t>{0, 2, 127, -128}));
  // Half-way between two float16 and a little more, which float32 would lose.
  EXPECT_EQ(stored<std::uint16_t>(ElementType::float16, std::vector<double>{1 + 0x1p-11 + 0x1p-40, 65519}),
            (std::vector<std::uint16_t>{0x3c01, 0x7bff}));
  EXPECT_EQ(stored<float>(ElementType::float32, std::vector<double>{0.1, infinity}),
            (std::vector<float>{0.1f, HUGE_VALF}));
  const std::vector<std::int64_t> integers{std::numeric_limits<std::int64_t>::min(), -1, (std::int64_t{1} << 53) + 1};
  EXPECT_EQ(stored<double>(ElementType::float64, integers), (std::vector<double>{-0x1p63, -1, 0x1p53}));
  EXPECT_EQ(stored<std::int64_t>(ElementType::int64, integers), integers);
}

TEST(ArrayFile, a_value_that_its_type_cannot_hold_is_an_error) {
  const auto refusal = [](ElementType type, double value, std::uint8_t missing = 0) {
    return message_of<NumericError>([&] {
      stored<std::int8_t>(type, std::vector<double>{1, 2, value}, 99, std::vector<std::uint8_t>{0, 0, missing});
    });
  };
  EXPECT_EQ(
      refusal(ElementType::float16, 1e6),
      "v is 1000000 at i 2, which the output's float16 cannot hold: use a wider --dtype such as float64, or leave "
      "v out with --only");
  EXPECT_SAYS(refusal(ElementType::float32, -1e39), "v is -1e+39 at i 2, which the output's float32 cannot hold");
  for (const ElementType type : {ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::uint16,
                                 ElementType::int32, ElementType::uint32, ElementType::int64, ElementType::uint64}) {
    SCOPED_TRACE(name_of(type));
    EXPECT_SAYS(refusal(type, 99), "v is 99 at i 2, stored as " + std::string(name_of(type)) + " its fill value");
  }
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, std::vector<double>{1, std::nan(""), 1e6}, 99, {0, 1, 1}),
            (std::vector<std::int8_t>{1, 99, 99}))
      << "what is missing does not matter";
  EXPECT_EQ(stored<std::int8_t>(ElementType::int8, std::vector<double>{-infinity, std::nan(""), 1e20}, 99, {}),
            (std::vector<std::int8_t>{-128, 99, 127}))
      << "integers saturate, and have no NaN";
}

TEST(ArrayFile, the_place_of_a_value_is_that_in_the_whole_array) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.dimensions = {dimension("time", 4), dimension("lat", 5), dimension("lon", 6)};
  layout.variables = {variable("sum", ElementType::float16, {0, 1, 2})};
  const auto offsets = create_array_file(file, layout);
  std::vector<std::int64_t> values(8, 1);
  values[5] = 70000;
  EXPECT_SAYS(
      message_of<NumericError>([&] {
        write_box(file, layout, offsets, 0, box_of({2, 3, 1}, {1, 2, 4}), std::span<const std::int64_t>(values), {});
      }),
      "sum is 70000 at time 2, lat 4, lon 2, which");
}

/// Flips a bit of byte `at`.
void damage(const std::string& file, std::int64_t at) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(at);
  const int byte = bytes.get();
  bytes.seekp(at);
  bytes.put(static_cast<char>(byte ^ 1));
}

TEST(ArrayFile, what_reads_back_differently_is_an_error) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.dimensions = {dimension("a", 300), dimension("b", 400)};
  layout.variables = {variable("v", ElementType::float32, {0, 1}), variable("w", ElementType::float64, {0, 1})};
  const auto offsets = create_array_file(file, layout);
  const std::vector<double> values(150 * 200, 0.25);
  const ArrayValues span = std::span<const double>(values);
  ArrayWriter writer(file, layout, offsets);
  writer.write(0, box_of({0, 0}, {150, 200}), span, {});
  writer.settle();
  writer.write(1, box_of({150, 200}, {150, 200}), span, {});
  damage(file, offsets[1] + 8 * (150 * 400 + 200) - 1);  // another box's
  writer.settle();
  writer.write(1, box_of({150, 0}, {150, 200}), span, {});
  damage(file, offsets[1] + 8 * (299 * 400 + 199) + 3);
  EXPECT_EQ(message_of<NumericError>([&] { writer.settle(); }),
            file + " reads back differently than written (from w at a 150, b 0 on): check the disk, and run again");
}

TEST(ArrayFile, a_chunk_that_reads_back_differently_is_an_error) {
  for (const int deflate : {-1, 0, 6}) {
    SCOPED_TRACE(deflate);
    const ScratchFolder folder;
    const std::string file = folder / "out.nc";
    ArrayLayout layout;
    layout.dimensions = {dimension("a", 600), dimension("b", 500)};
    layout.variables = {variable("v", ElementType::float64, {0, 1})};
    layout.chunk = {300, 500};  // more than HDF5 keeps of a dataset, so that it is in the file at once
    layout.deflate = deflate;
    ArrayWriter writer(file, layout, create_array_file(file, layout));
    std::vector<double> values(600 * 500);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<double>(i));
    writer.write(0, all_of(layout, 0), std::span<const double>(values), {});
    damage(file, static_cast<std::int64_t>(std::filesystem::file_size(file)) / 4);
    EXPECT_SAYS(message_of<NumericError>([&] { writer.settle(); }),
                "reads back differently than written (from v at a 0");
  }
}

TEST(ArrayFile, missing_elements_get_the_fill_value) {
  const std::vector<double> values{1, 2, 3};
  const std::vector<std::uint8_t> missing{0, 1, 0};
  EXPECT_EQ(stored<float>(ElementType::float32, values, -99, missing), (std::vector<float>{1, -99, 3}));
  EXPECT_EQ(stored<std::int32_t>(ElementType::int32, values, -99, missing), (std::vector<std::int32_t>{1, -99, 3}));
  EXPECT_EQ(stored<std::int32_t>(ElementType::int32, values, {}, missing), (std::vector<std::int32_t>{1, 0, 3}));
  EXPECT_TRUE(std::isnan(stored<double>(ElementType::float64, values, {}, missing)[1]));
}

/// Rows [begin, end) of a variable over two dimensions that holds 0, 1, 2, ...
void write_rows(const std::string& file, const ArrayLayout& layout, std::int64_t begin, std::int64_t end) {
  const std::int64_t columns = layout.shape_of(0)[1];
  std::vector<std::int64_t> values(static_cast<std::size_t>((end - begin) * columns));
  std::iota(values.begin(), values.end(), begin * columns);
  write_box(file, layout, {}, 0, box_of({begin, 0}, {end - begin, columns}), std::span<const std::int64_t>(values), {});
}

TEST(ArrayFile, chunks_are_packed_and_may_be_cut) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.dimensions = {dimension("a", 100), dimension("b", 70)};
  layout.variables = {variable("v", ElementType::int32, {0, 1}), variable("s", ElementType::int32, {})};
  layout.chunk = {16, 999};
  layout.deflate = 4;
  EXPECT_EQ(layout.chunk_of(0), (std::vector<std::int64_t>{16, 70}));
  EXPECT_EQ(layout.chunk_of(1), std::vector<std::int64_t>{});
  const auto offsets = create_array_file(file, layout);
  EXPECT_EQ(offsets[0], -1);
  EXPECT_GT(offsets[1], 0);
  write_rows(file, layout, 0, 37);
  EXPECT_SAYS(message_of<OutputError>([&] { finish_array_file(file, layout, offsets, ""); }), "number of chunks");
  write_rows(file, layout, 37, 100);
  const auto again = create_array_file(folder / "again.nc", layout);
  write_rows(folder / "again.nc", layout, 0, 37);
  write_rows(folder / "again.nc", layout, 37, 100);
  finish_array_file(folder / "again.nc", layout, again, "");
  const Dataset found(folder / "again.nc", "/v", false);
  EXPECT_EQ(found.info().chunk, layout.chunk_of(0));
  EXPECT_EQ(found.info().filters.size(), 2u);
  EXPECT_LT(found.info().stored_bytes, 100 * 70 * 4 / 2);
  std::vector<std::int32_t> expected(7000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(read_all<std::int32_t>(found), expected);
}

TEST(ArrayFile, chunks_of_a_sensible_size_where_only_deflate_is_asked_for) {
  ArrayLayout layout;
  layout.dimensions = {dimension("a", 1000), dimension("b", 1000)};
  layout.variables = {variable("v", ElementType::float32, {0, 1})};
  layout.deflate = 1;
  EXPECT_EQ(layout.chunk_of(0), (std::vector<std::int64_t>{250, 1000}));
  layout.dimensions[1].length = 0;
  EXPECT_EQ(layout.chunk_of(0), std::vector<std::int64_t>{});
}

TEST(ArrayFile, empty_dimensions_and_scalars_are_fine) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.dimensions = {dimension("none", 0), dimension("b", 3)};
  layout.variables = {variable("empty", ElementType::float32, {0, 1}), variable("scalar", ElementType::uint8, {})};
  layout.chunk = {1, 1};
  layout.deflate = 1;
  write_counting(file, layout);
  EXPECT_EQ(Dataset(file, "/empty", false).info().shape, (std::vector<std::int64_t>{0, 3}));
  EXPECT_EQ(values_of<std::uint8_t>(file, "/scalar"), std::vector<std::uint8_t>{0});
  layout.variables.clear();
  write_counting(file, layout);
}

TEST(ArrayFile, long_texts_and_many_variables_find_room) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.history = std::string(200000, 'x');  // object headers end at 64 KiB
  layout.dimensions = {dimension("a", 2)};
  for (int i = 0; i < 6000; ++i) layout.variables.push_back(variable(fmt::format("v{}", i), ElementType::int8, {0}));
  create_array_file(file, layout);
  create_array_file(folder / "again.nc", layout);
  EXPECT_EQ(slurp(file), slurp(folder / "again.nc"));
  const Look look(file);
  EXPECT_EQ(look.text("/", "history"), layout.history);
  EXPECT_EQ(look.dimensions("/v5999", 1), std::vector<std::string>{"a"});
}

TEST(ArrayFile, a_box_that_does_not_fit_is_a_bug) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.dimensions = {dimension("a", 2)};
  layout.variables = {variable("v", ElementType::float32, {0})};
  const auto offsets = create_array_file(file, layout);
  const std::vector<double> three{1, 2, 3};
  const ArrayValues values = std::span<const double>(three);
  EXPECT_THROW(write_box(file, layout, offsets, 0, box_of({0}, {3}), values, {}), Error);
  EXPECT_THROW(write_box(file, layout, offsets, 0, box_of({0}, {2}), values, {}), Error);
}

TEST(ArrayFile, what_is_damaged_before_the_end_is_not_finished) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.dimensions = {dimension("a", 100000)};
  layout.variables = {variable("v", ElementType::float64, {0})};
  auto offsets = create_array_file(file, layout);
  const auto message = [&] { return message_of<OutputError>([&] { finish_array_file(file, layout, offsets, ""); }); };
  offsets[0] += 8;
  EXPECT_EQ(message(), file + " is damaged after writing (/v: place of the data): check the disk");
  std::filesystem::resize_file(file, 50000);
  EXPECT_SAYS(message(), "truncated file");
}

TEST(ArrayFile, what_would_be_refused_is_known_without_a_file) {
  const ScratchFolder folder;
  const std::string file = folder / "out.nc";
  ArrayLayout layout;
  layout.variables = {variable("v", ElementType::int8, {0})};
  layout.dimensions = {dimension("x", std::int64_t{1} << 60)};
  EXPECT_SAYS(message_of<OutputError>([&] { check_array_file(file, layout); }), "disk full (");
  layout.deflate = 1;
  layout.chunk = {std::int64_t{1} << 33};
  EXPECT_SAYS(message_of<UsageError>([&] { check_array_file(file, layout); }), "HDF5 refuses this storage (v)");
  layout.chunk = {100};
  layout.dimensions = {dimension("x", {{folder / "absent.nc", "/x", 0, 7, 1}})};
  EXPECT_SAYS(message_of<InputError>([&] { check_array_file(file, layout); }), "absent.nc");
  layout.dimensions = {dimension("x", 7)};
  check_array_file(file, layout);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(ArrayFile, a_file_size_limit_is_an_error) {
  const ScratchFolder folder;
  ArrayLayout layout;
  layout.dimensions = {dimension("a", 1000), dimension("b", 1000)};
  layout.variables = {variable("v", ElementType::float64, {0, 1})};
  for (const int deflate : {-1, 0}) {
    layout.deflate = deflate;
    const ChildEnd end = in_child([&](std::string& said) {
      const rlimit limit{100000, 100000};
      setrlimit(RLIMIT_FSIZE, &limit);
      said = message_of<OutputError>([&] { write_counting(folder / "out.nc", layout); });
      return 0;
    });
    EXPECT_EQ(end.signal, 0);
    EXPECT_SAYS(end.said, "file-size limit reached");
  }
}

TEST(ArrayFile, a_full_disk_is_known_before_any_data) {
  const ScratchFolder folder;
  const ChildEnd end = in_child([&](std::string& said) {
    if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) return cannot_try;
    const std::string disk = folder / "";
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return cannot_try;
    if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0) return cannot_try;
    ArrayLayout layout;
    layout.dimensions = {dimension("a", 1000), dimension("b", 1000)};
    layout.variables = {variable("v", ElementType::float32, {0, 1})};
    said = message_of<OutputError>([&] { create_array_file(folder / "out.nc", layout); });
    layout.deflate = 0;
    said += "|" + message_of<OutputError>([&] { create_array_file(folder / "out.nc", layout); });
    layout.dimensions[0].length = 200;
    const std::string out = folder / "out.nc";
    const auto offsets = create_array_file(out, layout);
    spill(folder / "other", std::string(500000, 'x'));  // somebody else takes the room that was free
    const std::vector<double> values(200000, 1.5);
    said += "|" + message_of<OutputError>([&] {
              ArrayWriter writer(out, layout, offsets);
              writer.write(0, all_of(layout, 0), std::span<const double>(values), {});
              writer.settle();
            });
    return 0;
  });
  if (end.code == cannot_try) GTEST_SKIP() << "no small disk: this machine does not let tests mount one";
  EXPECT_TRUE(end.said.starts_with("disk full (")) << end.said;
  EXPECT_SAYS(end.said, "|disk full (");
  EXPECT_SAYS(end.said, "|cannot write (" + (folder / "out.nc") + "): No space left on device; make room");
}

TEST(ArrayFile, global_attributes_are_copied_and_history_goes_behind_ours) {
  const ScratchFolder folder;
  const std::string in = folder / "in.h5", file = folder / "out.nc";
  {
    Maker maker(in);
    Maker::text(maker.file(), "title", "A run");
    Maker::text(maker.file(), "history", "before", true);
    Maker::text(maker.file(), "Conventions", "CF-1.6");
    Maker::text(maker.file(), "result_digest", "another");
    Maker::attribute<int>(maker.file(), "complete", {1});
    Maker::attribute<double>(maker.file(), "version", {1.5, 2.5});
  }
  ArrayLayout layout;
  layout.source_file = in;
  layout.history = "now";
  create_array_file(file, layout);
  {
    const Look look(file);
    EXPECT_EQ(look.text("/", "title"), "A run");
    EXPECT_EQ(look.text("/", "history"), "now\nbefore");
    EXPECT_EQ(look.text("/", "Conventions"), "CF-1.6");
    EXPECT_EQ(look.number("/", "complete"), 0);
    EXPECT_EQ(look.text("/", "result_digest"), "(none)");
  }
  finish_array_file(file, layout, {}, "ours");
  EXPECT_EQ(Look(file).text("/", "result_digest"), "ours");
}

}  // namespace
}  // namespace scatterfold

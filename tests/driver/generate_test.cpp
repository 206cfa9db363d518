// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/generate.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "io/dataset.hpp"
#include "io/field_writer.hpp"
#include "source/field_fill.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

class Generate : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("scatterfold_generate_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  GenerateOptions options(const std::string& name, std::vector<std::int64_t> shape) const {
    GenerateOptions options;
    options.output = path(name) + ":/group/x";
    options.shape = std::move(shape);
    options.quiet = true;
    return options;
  }

  void write(const GenerateOptions& options) { generate(options, *team_); }

  ExitCode code_of(const GenerateOptions& options) {
    try {
      write(options);
    } catch (const Error& error) {
      return error.code();
    }
    return ExitCode::ok;
  }

  /// All elements as the library reads them back, in native byte order.
  static std::vector<unsigned char> read_back(const std::string& file, DatasetInfo* info = nullptr) {
    const Dataset dataset(file, "/group/x", true);
    if (info != nullptr) *info = dataset.info();
    const std::size_t rank = dataset.info().shape.size();
    const Hyperslab all{std::vector<std::int64_t>(rank, 0), dataset.info().shape, std::vector<std::int64_t>(rank, 1)};
    std::vector<unsigned char> bytes(
        static_cast<std::size_t>(dataset.info().elements() * size_of(dataset.info().type)));
    dataset.read(all, bytes.data());
    return bytes;
  }

  static std::vector<unsigned char> expected(const GenerateOptions& options) {
    Field field{options.kind, options.seed, 0, 1, static_cast<int>(options.shape.size()), {}};
    if (options.kind == FieldKind::climate) field.center = 288, field.spread = 1.5;
    std::copy(options.shape.begin(), options.shape.end(), field.shape);
    std::int64_t elements = 1;
    for (const std::int64_t extent : options.shape) elements *= extent;
    std::vector<unsigned char> bytes(static_cast<std::size_t>(elements * size_of(options.type)));
    FieldFiller(field, options.type, false, options.boolean).fill(0, elements, bytes.data());
    return bytes;
  }

  static std::string bytes_of(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::filesystem::path folder_;
  std::unique_ptr<Team> team_ = make_solo_team();
};

TEST_F(Generate, ContiguousOfEveryTypeAndByteOrder) {
  for (int type = 0; type < element_type_count; ++type) {
    for (const bool big_endian : {false, true}) {
      GenerateOptions job = options("a.h5", {13, 7, 31});
      job.type = static_cast<ElementType>(type);
      job.kind = FieldKind::climate;
      job.big_endian = big_endian;
      job.overwrite = true;
      write(job);
      DatasetInfo info;
      ASSERT_EQ(read_back(path("a.h5"), &info), expected(job)) << name_of(job.type);
      EXPECT_EQ(info.type, job.type);
      EXPECT_EQ(info.swapped, big_endian && size_of(job.type) > 1);
      EXPECT_EQ(info.layout, StorageLayout::contiguous);
    }
  }
}

TEST_F(Generate, ChunkedWithEveryFilter) {
  // Chunks that divide, that leave partial edges on every axis, that cover rows whole, and that exceed the dataset.
  const std::vector<std::vector<std::int64_t>> chunkings = {{5, 4, 10}, {4, 3, 7}, {2, 8, 20}, {1, 1, 1}, {20, 3, 50}};
  for (const auto& chunks : chunkings) {
    for (int filters = 0; filters < 8; ++filters) {
      GenerateOptions job = options("c.h5", {10, 8, 20});
      job.chunks = chunks;
      job.overwrite = true;
      job.threads = 3;
      if (filters & 1) job.deflate = 4;
      job.shuffle = filters & 2;
      job.fletcher32 = filters & 4;
      job.type = filters % 3 == 0 ? ElementType::int8 : ElementType::float32;
      write(job);
      DatasetInfo info;
      ASSERT_EQ(read_back(path("c.h5"), &info), expected(job)) << filters << " chunk " << chunks[0];
      EXPECT_EQ(info.chunk, chunks);
      EXPECT_EQ(info.filters.size(), static_cast<std::size_t>((filters & 1) + (filters >> 1 & 1) + (filters >> 2)));
    }
  }
}

TEST_F(Generate, ThreadsDoNotChangeTheFile) {
  for (const bool chunked : {false, true}) {
    std::string first;
    for (const int threads : {1, 2, 5}) {
      GenerateOptions job = options("t.h5", {300, 1000});
      job.kind = FieldKind::climate;
      job.threads = threads;
      job.overwrite = true;
      if (chunked) job.deflate = 1;
      if (chunked) job.chunks = {33, 100};
      write(job);
      const std::string bytes = bytes_of(path("t.h5"));
      if (first.empty()) first = bytes;
      EXPECT_TRUE(bytes == first) << threads;
    }
  }
}

TEST_F(Generate, RangesOfSeveralWritersMakeTheSameFile) {
  GenerateOptions job = options("one.h5", {200000});
  write(job);
  FieldLayout layout;
  layout.path = "/group/x";
  layout.shape = job.shape;
  const std::int64_t offset = create_field_file(path("many.h5"), layout);
  Field field;
  field.rank = 1;
  field.shape[0] = 200000;
  const MakeFill make_fill = [&]() -> FillRange {
    return [filler = FieldFiller(field, ElementType::float32, false)](
               std::int64_t begin, std::int64_t count, void* out) mutable { filler.fill(begin, count, out); };
  };
  const std::int64_t cuts[] = {0, 65536, 65536, 131072, 200000};
  for (int i = 3; i >= 0; --i) write_field_range(path("many.h5"), layout, offset, cuts[i], cuts[i + 1], 2, make_fill);
  finish_field_file(path("many.h5"), layout, offset);
  EXPECT_EQ(read_back(path("many.h5")), read_back(path("one.h5")));
}

TEST_F(Generate, EmptyAndSingle) {
  for (const auto& shape :
       {std::vector<std::int64_t>{0}, {5, 0, 3}, {1}, {1, 1, 1, 1, 1, 1, 1, 1}, {2, 1, 3, 1, 1, 2, 1, 1, 1, 4}}) {
    for (const bool chunked : {false, true}) {
      GenerateOptions job = options("e.h5", shape);
      job.overwrite = true;
      if (chunked) job.deflate = 3;
      write(job);
      EXPECT_EQ(read_back(path("e.h5")), expected(job));
    }
  }
}

TEST_F(Generate, Scalars) {
  for (const FieldKind kind : {FieldKind::normal, FieldKind::uniform, FieldKind::ramp, FieldKind::climate}) {
    GenerateOptions job = options("s.h5", {});
    job.kind = kind;
    job.overwrite = true;
    write(job);
    DatasetInfo info;
    const std::vector<unsigned char> found = read_back(path("s.h5"), &info);
    EXPECT_TRUE(info.shape.empty());
    EXPECT_EQ(found, expected(job));
  }
}

TEST_F(Generate, Booleans) {
  for (const bool chunked : {false, true}) {
    GenerateOptions job = options("b.h5", {70, 100});
    job.type = ElementType::uint8;
    job.boolean = true;
    job.overwrite = true;
    if (chunked) job.deflate = 1;
    write(job);
    DatasetInfo info;
    const std::vector<unsigned char> found = read_back(path("b.h5"), &info);
    EXPECT_TRUE(info.boolean);
    EXPECT_EQ(found, expected(job));
    Field field;
    field.rank = 2;
    field.shape[0] = 70, field.shape[1] = 100;
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_EQ(found[i], field.value(static_cast<long long>(i)) > 0.5 ? 1 : 0) << i;
  }
}

TEST_F(Generate, RefusesBeforeWriting) {
  const auto refused = [&](auto change) {
    GenerateOptions job = options("r.h5", {10, 10});
    change(job);
    EXPECT_EQ(code_of(job), ExitCode::usage);
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
  };
  refused([](GenerateOptions& job) { job.shape = {}, job.deflate = 1; });
  refused([](GenerateOptions& job) { job.shape = {}, job.chunks = {1}; });
  refused([](GenerateOptions& job) { job.shape = {-1}; });
  refused([](GenerateOptions& job) { job.shape.assign(33, 1); });
  refused([](GenerateOptions& job) { job.shape = {1LL << 40, 1LL << 40}; });
  refused([](GenerateOptions& job) { job.chunks = {5}; });
  refused([](GenerateOptions& job) { job.chunks = {5, 0}; });
  refused([](GenerateOptions& job) { job.chunks = {1 << 20, 1 << 20}; });
  refused([](GenerateOptions& job) { job.low = 3; });
  refused([](GenerateOptions& job) { job.kind = FieldKind::uniform, job.mean = 3; });
  refused([](GenerateOptions& job) { job.kind = FieldKind::uniform, job.low = 3; });
  refused([](GenerateOptions& job) { job.kind = FieldKind::ramp, job.deviation = 3; });
  refused([](GenerateOptions& job) { job.deviation = -1; });
  refused([](GenerateOptions& job) { job.mean = HUGE_VAL; });
  refused([](GenerateOptions& job) { job.deflate = 10; });
  refused([](GenerateOptions& job) { job.output = ""; });
}

TEST_F(Generate, FullDiskAndExistingFileAreOutputErrors) {
  GenerateOptions huge = options("huge.h5", {1LL << 30, 1LL << 20});  // 4 PiB
  EXPECT_EQ(code_of(huge), ExitCode::output);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  write(options("x.h5", {4}));
  const std::string before = bytes_of(path("x.h5"));
  EXPECT_EQ(code_of(options("x.h5", {4})), ExitCode::output);
  huge.output = path("x.h5") + ":/group/x";
  huge.overwrite = true;
  EXPECT_EQ(code_of(huge), ExitCode::output);
  EXPECT_EQ(bytes_of(path("x.h5")), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
  EXPECT_EQ(code_of(options("absent/x.h5", {4})), ExitCode::output);
}

TEST_F(Generate, CommandLine) {
  const auto parse = [](const std::string& line) {
    CLI::App app;
    GenerateOptions options;
    add_generate_command(app, options);
    app.parse("generate " + line);
    return options;
  };
  const GenerateOptions job = parse(
      "o.h5:/x --shape 1e3,2 --dtype int16 --distribution uniform --low -1e1 --high 5 --chunks 10,2 "
      "--deflate 6 --shuffle --fletcher32 --big-endian --seed 9 --threads 2 --overwrite");
  EXPECT_EQ(job.output, "o.h5:/x");
  EXPECT_EQ(job.shape, (std::vector<std::int64_t>{1000, 2}));
  EXPECT_EQ(job.type, ElementType::int16);
  EXPECT_EQ(job.kind, FieldKind::uniform);
  EXPECT_EQ(job.low, -10);
  EXPECT_EQ(job.high, 5);
  EXPECT_EQ(job.chunks, (std::vector<std::int64_t>{10, 2}));
  EXPECT_EQ(job.deflate, 6);
  EXPECT_TRUE(job.shuffle && job.fletcher32 && job.big_endian && job.overwrite);
  EXPECT_EQ(job.seed, 9u);
  EXPECT_EQ(job.threads, 2);
  EXPECT_TRUE(parse("o --shape scalar").shape.empty());
  EXPECT_TRUE(parse("o --shape 2 --dtype bool").boolean);
  for (const char* line :
       {"o --shape 1,", "o --shape x", "o --shape 1 --dtype flaot32", "o --shape 1 --distribution gauss",
        "o --shape 1 --mean nan", "o --shape 1 --seed -1", "o --shape 1 --deflate 10", "o --shape 1 --threads 1e9"}) {
    EXPECT_THROW(parse(line), UsageError) << line;
  }
  EXPECT_THROW(parse("o"), CLI::ParseError);
  EXPECT_THROW(parse("--shape 3"), CLI::ParseError);
}

}  // namespace
}  // namespace scatterfold

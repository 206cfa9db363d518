// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/program.hpp"

/// More elements than 32 bits count, and more than memory holds (FAULTS case 15). The files are sparse: 2.8 GiB that
/// need no disk.
namespace scatterfold::cli {
namespace {

class Large : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (python().empty()) return;
    scratch_ = new ScratchFolder;
    run_python(
        "f = h5py.File(sys.argv[1], 'w')\n"
        "f.create_dataset('chunks', (3_000_000_000,), 'i1', chunks=(1 << 22,), fillvalue=2)\n"
        "f['chunks'][-1] = -7\n"
        "f.create_dataset('rows', (30_000, 100_000), 'i1', fillvalue=1)\n"
        "early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)\n"
        "early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)\n"
        "early.set_fill_time(h5py.h5d.FILL_TIME_NEVER)\n"
        "space = h5py.h5s.create_simple((3_000_000_000,))\n"
        "h5py.h5d.create(f.id, b'allocated', h5py.h5t.NATIVE_INT8, space, early)\n"
        "f['allocated'][2**31 + 7] = 5\n"
        "f['allocated'][2**31 - 1] = 3\n"
        "f.create_dataset('wide', (30_000_000,), 'f8', chunks=(1 << 17,), fillvalue=0.5)\n"
        "f.create_dataset('too_large', (2**32, 2**32), 'i1', chunks=(4096, 4096))\n",
        {file()});
  }
  static void TearDownTestSuite() { delete scratch_; }
  void SetUp() override {
    if (python().empty()) GTEST_SKIP() << "no Python with h5py";
    if (!as_released) GTEST_SKIP() << "an instrumented or unoptimised program takes minutes for this";
  }

  static std::string file() { return *scratch_ / "large.h5"; }

  static ScratchFolder* scratch_;
};
ScratchFolder* Large::scratch_ = nullptr;

/// What the program needs without data: libraries, and the pages of the file that it has looked at.
constexpr long program_kib = 64 << 10;

TEST_F(Large, ThreeThousandMillionElements) {
  // 716 chunks of 4 MiB, the last one written, the others not there.
  Words words = {"moments", file() + ":/chunks", "--memory", "64MiB", "--json", "-", "-q", "--mode"};
  std::string digest;
  for (const Words& mode :
       {Words{"serial"}, Words{"threads", "--threads", "2"}, Words{"processes", "--processes", "3"}}) {
    Words all = words;
    all.insert(all.end(), mode.begin(), mode.end());

    const Outcome outcome = scatterfold(all, {.limit_s = 120});

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const Json json = outcome.json();
    EXPECT_EQ(json["result"]["count"], 3000000000);
    EXPECT_EQ(json["result"]["sum"], 5999999991);
    EXPECT_EQ(json["result"]["min"], -7);
    EXPECT_EQ(json["run"]["elements"], 3000000000);
    if (digest.empty()) digest = json["result_digest"];
    EXPECT_EQ(json["result_digest"], digest) << mode[0];
    EXPECT_LT(outcome.peak_rss_kib, (64 << 10) + program_kib) << mode[0];
  }
}

TEST_F(Large, CountsPast32BitsInAHistogram) {
  const Json json = json_of({"histogram", file() + ":/rows", "--bins", "2", "--range", "0,1"}, {.limit_s = 120});

  EXPECT_EQ(json["result"]["counts"], (Json{0, 3000000000}));
}

TEST_F(Large, OffsetsPast32Bits) {
  for (const char* mode : {"serial", "threads"}) {
    const Json json = json_of({"moments", file() + ":/allocated", "-d", "0,2147483647,2147483656,4", "--mode", mode});
    EXPECT_EQ(json["result"]["count"], 3);
    EXPECT_EQ(json["result"]["sum"], 8);  // the elements 2^31 - 1, + 3 and + 7
  }
  const Json row = json_of({"moments", file() + ":/allocated", "-d", "0,2147000000,", "--mode", "threads"});
  EXPECT_EQ(row["result"]["count"], 853000000);
  EXPECT_EQ(row["result"]["sum"], 8);
}

TEST_F(Large, MemoryIsBounded) {
  const Outcome outcome = scatterfold(
      {"moments", file() + ":/wide", "--memory", "64MiB", "--mode", "threads", "--threads", "3", "--json", "-"});

  EXPECT_EQ(outcome.json()["result"]["sum"], 15000000);
  EXPECT_LT(outcome.peak_rss_kib, (64 << 10) + program_kib) << "of 229 MiB of data";
}

TEST_F(Large, AChunkThatDoesNotFitIsInMemoryOnce) {
  const std::string file = *scratch_ / "chunk.h5";
  run_python(
      "f = h5py.File(sys.argv[1], 'w')\n"
      "f.create_dataset('x', (40_000_000,), 'f4', chunks=(32 << 20,))\n"
      "f['x'][0], f['x'][-1] = 3, 4\n",
      {file});
  for (const char* mode : {"serial", "threads"}) {
    const Outcome outcome = scatterfold({"moments", file + ":/x", "--memory", "64MiB", "--mode", mode, "--json", "-"});

    EXPECT_EQ(outcome.json()["result"]["sum"], 7);
    EXPECT_LT(outcome.peak_rss_kib, (128 << 10) + program_kib) << "with a chunk of 128 MiB";
  }
}

TEST_F(Large, TooLargeIsTold) { expect_error(scatterfold({"moments", file() + ":/too_large"}), 3, "too large", 2); }

TEST_F(Large, AHandfulAmongVeryManyChunks) {
  const std::string many = *scratch_ / "many.h5";
  run_python(
      "def make(name, shape, chunk, kind):\n"
      "    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)\n"
      "    plan.set_chunk(chunk)\n"
      "    plan.set_fill_value(np.array(2, kind))\n"
      "    space = h5py.h5s.create_simple(shape)\n"
      "    h5py.h5d.create(f.id, name, h5py.h5t.py_create(np.dtype(kind)), space, plan)\n"
      "f = h5py.File(sys.argv[1], 'w', libver='latest')\n"
      "make(b'long', (2**59,), (2**20,), 'f8')\n"
      "make(b'wide', (2**40, 2**22), (2**20, 1), 'i1')\n"
      "make(b'small_chunks', (2**40,), (1024,), 'f4')\n"
      "make(b'large_chunks', (2**40,), (2**30 - 1,), 'f4')\n"
      "make(b'bytes', (2**60,), (2**20,), 'f8')\n",
      {many});
  struct Handful {
    std::string dataset;
    Words select;
    int count;
  };
  for (const auto& [dataset, select, count] :
       {Handful{"long", {"-d", "0,-100,-5"}, 95}, Handful{"wide", {"-d", "0,-100,", "-d", "1,7,9"}, 200},
        Handful{"small_chunks", {"-d", "0,5,,1000000000000"}, 2}, Handful{"large_chunks", {"-d", "0,-100,"}, 100}}) {
    SCOPED_TRACE(dataset);
    std::string digest;
    for (const std::string mode : {"serial", "threads", "processes", "mpi"}) {
      if (mode == "mpi" && !has_mpirun()) continue;
      Words words = {"moments", many + ":/" + dataset, "--json", "-", "-q", "--mode", mode == "mpi" ? "serial" : mode};
      words.insert(words.end(), select.begin(), select.end());

      const Outcome outcome = scatterfold(words, {.ranks = mode == "mpi" ? 3 : 0});

      ASSERT_EQ(outcome.code, 0) << mode << "\n" << outcome.err;
      EXPECT_LT(outcome.seconds, 3 * 2) << mode;
      EXPECT_LT(outcome.peak_rss_kib, (256 << 10) + program_kib) << mode;
      const Json json = outcome.json();
      EXPECT_EQ(json["result"]["count"], count);
      EXPECT_EQ(json["result"]["sum"], 2 * count);
      if (digest.empty()) digest = json["result_digest"];
      EXPECT_EQ(json["result_digest"], digest) << mode;
    }
  }
  expect_error(scatterfold({"moments", many + ":/bytes"}), 3, "too large", 2);
  EXPECT_NE(scatterfold({"inspect", many + ":/bytes"}).out.find("over 2^63 bytes"), std::string::npos);
}

/// Takes minutes: SCATTERFOLD_TEST_ALL=1 runs it.
TEST_F(Large, AHundredGibibytes) {
  if (std::getenv("SCATTERFOLD_TEST_ALL") == nullptr) GTEST_SKIP() << "only with SCATTERFOLD_TEST_ALL=1";
  const std::string huge = *scratch_ / "huge.h5";
  run_python(
      "f = h5py.File(sys.argv[1], 'w', libver='latest')\n"
      "n = 25 * 2**30\n"
      "hole = h5py.h5p.create(h5py.h5p.DATASET_CREATE)\n"
      "hole.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)\n"
      "hole.set_fill_time(h5py.h5d.FILL_TIME_NEVER)\n"
      "h5py.h5d.create(f.id, b'hole', h5py.h5t.NATIVE_FLOAT, h5py.h5s.create_simple((n,)), hole)\n"
      "f.create_dataset('chunks', (n,), 'f4', chunks=(2**20,))\n"
      "for name in ('hole', 'chunks'):\n"
      "    f[name][3], f[name][2**31 + 5], f[name][n - 1] = 5, 3, 7\n",
      {huge});
  for (const std::string dataset : {"hole", "chunks"}) {
    const Outcome outcome =
        scatterfold({"moments", huge + ":/" + dataset, "--memory", "2GiB", "--json", "-"}, {.limit_s = 600});

    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.json()["result"]["count"], 26843545600);
    EXPECT_EQ(outcome.json()["result"]["sum"], 15);
    EXPECT_LT(outcome.peak_rss_kib, (2 << 20) + program_kib);
  }
}

TEST_F(Large, PlanOfTheLargeIsInstant) {
  const Outcome outcome = scatterfold({"plan", "moments", file() + ":/chunks"});

  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("3000000000"), std::string::npos) << outcome.out;
  EXPECT_LT(outcome.seconds, 1);
}

/// FAULTS case 14: ranks without work, and the bits of one.
TEST(FewLeaves, MoreRanksThanLeavesOrElements) {
  ScratchFolder scratch;
  ASSERT_EQ(scatterfold({"generate", scratch / "in.h5:/one", "--shape", "1", "-q"}).code, 0);
  ASSERT_EQ(scatterfold({"generate", scratch / "leaf.h5:/x", "--shape", "4097", "-q"}).code, 0);
  for (const std::string& input : {scratch / "in.h5:/one", scratch / "leaf.h5:/x"}) {
    const Json one = json_of({"histogram", input, "--mode", "serial"});
    const Json seven = json_of({"histogram", input, "--mode", "processes", "--processes", "7"});
    EXPECT_EQ(seven["result_digest"], one["result_digest"]);
    const std::string note = seven["run"]["notes"].dump();
    EXPECT_NE(note.find("of 7 ranks had nothing to fold"), std::string::npos) << note;
    EXPECT_EQ(json_of({"histogram", input, "--mode", "threads", "--threads", "64"})["result_digest"],
              one["result_digest"]);
    if (!has_mpirun()) continue;
    EXPECT_EQ(json_of({"histogram", input, "--mode", "threads"}, {.ranks = 7})["result_digest"], one["result_digest"]);
  }
}

}  // namespace
}  // namespace scatterfold::cli

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/program.hpp"

/// Arrays keep to --memory, whatever the file is like. The files are sparse, and need little disk.
namespace scatterfold::cli {
namespace {

const char* const maker = R"(
f = h5py.File(sys.argv[1], 'w', libver='latest')
steps = f.create_dataset('steps', (64, 2000, 2000), 'f4', chunks=(1, 2000, 2000), compression=1)
steps[3, 7, 9], steps[63, 1999, 1999] = 64, -64
shared = f.create_dataset('shared', (8192, 300000), 'i1', chunks=(64, 300000))
shared[5000], shared[8191, 299999] = 1, -9
one = f.create_dataset('one', (4, 2000, 4000), 'f4', chunks=(4, 2000, 4000), compression=1)
one[1, 5], one[3, 1999, 3999] = 3, 7
f['x'] = np.random.default_rng(1).standard_normal((60, 300, 600)).astype('f4')
f['w'] = np.random.default_rng(2).random((60, 300, 600)).astype('f4')
f.create_dataset('holes', (64, 20480, 20480), 'f4', chunks=(8, 512, 512), compression=1)
f['holes'][3, 7, 9], f['holes'][63, 20479, 20479] = 64, -64
f.create_dataset('wide', (2, 3000000000), 'i1', chunks=(1, 1 << 22))
for at, value in (((0, 0), 3), ((1, 2**31 + 5), -4), ((0, -1), -9), ((1, -1), 5)): f['wide'][at] = value
f.create_dataset('long', (3000000000, 2), 'i1', chunks=(1 << 21, 2))
for at, value in (((0, 0), 3), ((2**31 + 5, 1), -4), ((-1, 0), -9), ((-1, 1), 5)): f['long'][at] = value
)";

class ArrayMemory : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (python().empty()) return;
    scratch_ = new ScratchFolder;
    run_python(maker, {file()});
  }
  static void TearDownTestSuite() {
    delete scratch_;
    scratch_ = nullptr;
  }
  void SetUp() override {
    if (python().empty()) GTEST_SKIP() << "no Python with h5py";
    if (!as_released) GTEST_SKIP() << "an instrumented or unoptimised program takes minutes for this";
  }

  static std::string file() { return *scratch_ / "memory.h5"; }

  /// Runs in every mode, expects the same bits and less than `most_mib` beside what the program needs without data.
  static Json in_all_modes(const Words& arguments, long most_mib) {
    constexpr long program_mib = 64;
    Json first;
    for (const Words& mode :
         {Words{"serial"}, Words{"threads", "--threads", "4"}, Words{"processes", "--processes", "3"}, Words{"mpi"}}) {
      const bool ranks = mode[0] == "mpi";
      if (ranks && !has_mpirun()) continue;
      Words words = arguments;
      words.insert(words.end(), {"--json", "-", "-q", "--mode"});
      const Words backend = ranks ? Words{"serial"} : mode;
      words.insert(words.end(), backend.begin(), backend.end());
      const Outcome outcome =
          scatterfold(words, {.ranks = ranks ? 3 : 0, .environment = {}, .limit_s = 900, .folder = {}});
      EXPECT_EQ(outcome.code, 0) << mode[0] << as_text(arguments) << "\n" << outcome.err;
      if (outcome.code != 0) continue;
      const Json json = outcome.json();
      if (first.is_null()) first = json;
      EXPECT_EQ(json["result_digest"], first["result_digest"]) << mode[0];
      EXPECT_LT(outcome.peak_rss_kib >> 10, most_mib + program_mib) << mode[0] << as_text(arguments);
    }
    return first;
  }

  static ScratchFolder* scratch_;
};
ScratchFolder* ArrayMemory::scratch_ = nullptr;

/// 64 chunks of 16 MB are needed at a time. What is not written costs only what is looked at of it.
TEST_F(ArrayMemory, ChunksOfWholeSteps) {
  const Json json =
      in_all_modes({"moments", file() + ":/steps", "--dims", "0", "--only", "mean", "--memory", "128MiB"}, 128);

  EXPECT_EQ(json["result"]["mean"]["min"], -1);
  EXPECT_EQ(json["result"]["mean"]["max"], 1);
}

TEST_F(ArrayMemory, AChunkLargerThanTheMemoryIsWhereItIsDecodedOnly) {
  for (const char* dims : {"0", "2", "0,2"}) {
    const Json json =
        in_all_modes({"moments", file() + ":/one", "--dims", dims, "--only", "max", "--memory", "32MiB"}, 2 * 122 + 32);
    EXPECT_EQ(json["result"]["max"]["max"], 7) << dims;
  }
}

/// Every rank has a part of every cell, and the states of one are larger than what is sent at a time.
TEST_F(ArrayMemory, CellsThatAllRanksShare) {
  const Json json =
      in_all_modes({"moments", file() + ":/shared", "--dims", "0", "--only", "min,sum", "--memory", "64MiB"}, 64);

  EXPECT_EQ(json["result"]["min"]["min"], -9);
  EXPECT_EQ(json["result"]["sum"]["max"], 1);
}

TEST_F(ArrayMemory, WeightsAsLargeAsTheData) {
  Words words = {"moments", file() + ":/x", "--weights", file() + ":/w", "--dims", "0", "--only", "weight,mean"};
  const Json kept = json_of(words);
  words.insert(words.end(), {"--memory", "8MiB"});

  EXPECT_EQ(in_all_modes(words, 8)["result_digest"], kept["result_digest"]) << "of 82 MiB of weights as float64";
}

TEST_F(ArrayMemory, PlanTellsIt) {
  const Outcome outcome =
      scatterfold({"plan", "moments", file() + ":/steps", "--dims", "0", "--memory", "128MiB", "--mode", "serial"});

  EXPECT_NE(outcome.out.find("by 1 rank x 1 thread, up to "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find(" of 128 MiB each\n"), std::string::npos) << outcome.out;
}

/// Passes do not grow with the chunks of a compressed output.
TEST_F(ArrayMemory, CompressedOutputsNeedNoMore) {
  ASSERT_EQ(scatterfold({"generate", *scratch_ / "maps.h5:/x", "--shape", "2,3,500,600", "-q", "--overwrite"}).code, 0);
  const Words words = {"moments", *scratch_ / "maps.h5:/x", "--dims", "0", "--only", "mean,sum,std", "--deflate", "1"};
  Json digests;
  for (const char* memory : {"1MiB", "4GiB"}) {
    Words run = words;
    run.insert(run.end(), {"--memory", memory, "--mode", "serial", "-o", *scratch_ / "maps.nc", "--overwrite"});
    Words plan = run;
    plan.insert(plan.begin(), "plan");
    const std::string planned = scatterfold(plan).out;
    EXPECT_EQ(planned.find("MiB of 1 MiB each"), std::string::npos) << planned;
    digests.push_back(json_of(run)["result_digest"]);
  }
  EXPECT_EQ(digests[0], digests[1]);
}

/// Another tile would be the same chunks decoded again.
TEST_F(ArrayMemory, WholeStepsAreOneTileWhereTheyFit) {
  for (const char* memory : {"12GiB", "14GiB", "15GiB", "16GiB", "18GiB", "20GiB", "32GiB", "64GiB"}) {
    const Outcome outcome = scatterfold({"plan", "moments", file() + ":/steps", "--dims", "0", "--memory", memory,
                                         "--mode", "threads", "--threads", "8"});
    EXPECT_NE(outcome.out.find(" in 1 tile and "), std::string::npos) << memory << "\n" << outcome.out;
  }
}

/// Takes minutes: SCATTERFOLD_TEST_ALL=1 runs these.
class LargeArrays : public ArrayMemory {
 protected:
  void SetUp() override {
    if (std::getenv("SCATTERFOLD_TEST_ALL") == nullptr) GTEST_SKIP() << "only with SCATTERFOLD_TEST_ALL=1";
    ArrayMemory::SetUp();
  }
};

TEST_F(LargeArrays, AHundredGibibytesOfHoles) {
  for (const char* dims : {"0", "1", "2"}) {
    const Json json =
        in_all_modes({"moments", file() + ":/holes", "--dims", dims, "--only", "sum", "--memory", "2GiB"}, 2048);
    EXPECT_EQ(json["result"]["sum"]["min"], -64) << dims;
    EXPECT_EQ(json["result"]["sum"]["max"], 64) << dims;
  }
}

TEST_F(LargeArrays, MorePositionsAndElementsThan32BitsCount) {
  for (const auto& [dataset, dims] : {std::pair{"wide", "0"}, {"wide", "1"}, {"long", "0"}, {"long", "1"}}) {
    const Json json = in_all_modes(
        {"moments", file() + ":/" + dataset, "--dims", dims, "--only", "min,sum", "--memory", "2GiB"}, 2048);
    EXPECT_EQ(json["result"]["min"]["min"], -9) << dataset << dims;
    EXPECT_EQ(json["result"]["sum"]["sum"], -5) << dataset << dims;
  }
}

}  // namespace
}  // namespace scatterfold::cli

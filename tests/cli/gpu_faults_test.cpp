// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda_devices.hpp"
#include "cli/program.hpp"
#include "team/host_name.hpp"

/// GPUs that are not there, cannot be used or are the same for several ranks (FAULTS cases 17, 18): one line, code 5,
/// on any number of ranks.
namespace scatterfold::cli {
namespace {

constexpr double seconds = 3;

class GpuFaults : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder;
    const Outcome made = scatterfold({"generate", input(), "--shape", "700001", "-q"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }

  static std::string input() { return *folder_ / "in.h5:/x"; }
  static Words cuda(const Words& more = {}) {
    Words words = {"moments", input(), "--mode", "cuda", "--threads", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  /// `part` is in the line, whoever starts how many ranks, and no output is left.
  static void expect_refusal(const std::string& part, const Environment& environment,
                             const std::vector<int>& rank_counts = {0, 1, 2, 4}) {
    for (const int ranks : rank_counts) {
      if (ranks > 0 && !has_mpirun()) continue;
      SCOPED_TRACE(std::to_string(ranks) + " ranks");
      const Outcome outcome =
          scatterfold(cuda({"-o", *folder_ / "out.h5"}), {.ranks = ranks, .environment = environment});
      expect_error(outcome, 5, part, seconds);
      EXPECT_EQ(folder_->names(), Words{"in.h5"});
    }
  }

  static std::string digest(const Words& arguments, const Start& start = {}) {
    return json_of(arguments, start)["result_digest"];
  }
  static std::string serial_digest() { return digest({"moments", input(), "--mode", "serial"}); }

  /// A run on ranks that each see what `setting`, a line of shell, leaves them.
  static Outcome run_each_with(const std::string& setting, int ranks, const Words& words) {
    Words command = {"sh", "-c", setting + "\nexec \"$0\" \"$@\"", SCATTERFOLD_PROGRAM};
    command.insert(command.end(), words.begin(), words.end());
    return run_command(command, {.ranks = ranks});
  }

  static ScratchFolder* folder_;
};
ScratchFolder* GpuFaults::folder_ = nullptr;

// ---- case 18: none that can be used

/// With the GPUs of this machine hidden, if there are any.
const Environment hidden = {{"CUDA_VISIBLE_DEVICES", ""}};

TEST_F(GpuFaults, NoGpuIsOneLine) {
  expect_refusal(cuda_device_count() == 0 ? cuda_trouble() : "no GPU is visible (check CUDA_VISIBLE_DEVICES)", hidden);
}

TEST_F(GpuFaults, NcclWithoutGpuIsOneLine) {
  const Words words = {"moments", input(), "--mode", "serial", "--combine", "nccl"};
  expect_error(scatterfold(words), 5, "--combine mpi", seconds);
  if (has_mpirun()) expect_error(scatterfold(words, {.ranks = 3}), 5, "--combine mpi", seconds);
  expect_error(scatterfold({"moments", input(), "--mode", "processes", "--processes", "3", "--combine", "nccl"}), 5,
               "--combine mpi", seconds);
}

TEST_F(GpuFaults, AutomaticModeNeedsNoGpu) {
  EXPECT_EQ(json_of({"moments", input()}, {.environment = hidden})["run"]["mode"], "threads");
}

/// The driver in whose place another one stands: of that CUDA version, with that answer to its start.
Environment with_driver(const std::string& version, const std::string& answer) {
  std::string folders = SCATTERFOLD_FAKE_DRIVER;
  if (const char* others = std::getenv("LD_LIBRARY_PATH")) folders.append(":").append(others);
  return {{"LD_LIBRARY_PATH", folders}, {"SCATTERFOLD_TEST_DRIVER", version}, {"SCATTERFOLD_TEST_INIT", answer}};
}

bool built_without_cuda() { return cuda_build_version().empty(); }

TEST_F(GpuFaults, ADriverThatIsTooOldIsOneLine) {
  if (built_without_cuda()) GTEST_SKIP() << "built without CUDA: no driver is looked for";
  const Environment old = with_driver("11040", "0");
  expect_refusal("the GPU driver is too old (it knows CUDA 11.4, this program needs " + cuda_build_version() +
                     "): update the driver, or use --mode threads",
                 old);
  EXPECT_EQ(json_of({"moments", input()}, {.environment = old})["run"]["mode"], "threads");
}

TEST_F(GpuFaults, ADriverThatDoesNotStartIsOneLine) {
  if (built_without_cuda()) GTEST_SKIP() << "built without CUDA: no driver is looked for";
  expect_refusal("CUDA cannot start (", with_driver("99000", "999"), {0, 2});
  expect_refusal("no GPU is visible (check CUDA_VISIBLE_DEVICES): use --mode threads", with_driver("99000", "100"),
                 {0, 2});
}

/// What a test lacks that needs so many GPUs, and mpirun; empty where all is there.
std::string lacking(int gpus, bool ranks) {
  if (cuda_device_count() == 0) return "no GPU here: " + cuda_trouble();
  if (cuda_device_count() < gpus) return "1 GPU here, and this needs " + std::to_string(gpus);
  return ranks && !has_mpirun() ? "no mpirun" : "";
}

TEST_F(GpuFaults, NoKernelForTheArchitectureIsOneLine) {
  if (const std::string lack = lacking(1, false); !lack.empty()) GTEST_SKIP() << lack;
  // The driver is told to compile all kernels anew, from a form of them that is not in programs built for one GPU only.
  const Environment anew = {{"CUDA_FORCE_PTX_JIT", "1"}};
  const Outcome first = scatterfold(cuda(), {.environment = anew});
  if (first.code == 0) GTEST_SKIP() << "this build has kernels that the driver can compile for any GPU";
  expect_refusal("this scatterfold has no kernels for " + cuda_devices().at(0).name, anew, {0, 1});
  expect_refusal("this scatterfold has no kernels for ", anew, {2, 4});
  EXPECT_EQ(json_of({"moments", input()}, {.environment = anew})["run"]["mode"], "threads");
}

// ---- case 17: the same one for several ranks

TEST_F(GpuFaults, MoreRanksThanGpusShareOnlyWhenAsked) {
  if (const std::string lack = lacking(1, true); !lack.empty()) GTEST_SKIP() << lack;
  const int gpus = cuda_device_count();
  const std::string same = " ranks 0 and " + std::to_string(gpus) + " have the same GPU (";
  expect_refusal(same, {}, {gpus + 1, 2 * gpus, 4 * gpus});
  for (const int ranks : {gpus + 1, 4 * gpus})
    EXPECT_EQ(digest(cuda({"--share-gpus"}), {.ranks = ranks}), serial_digest()) << ranks << " ranks";
}

TEST_F(GpuFaults, RanksThatAllSeeGpu0ShareOnlyWhenAsked) {
  if (const std::string lack = lacking(1, true); !lack.empty()) GTEST_SKIP() << lack;
  const Environment first = {{"CUDA_VISIBLE_DEVICES", "0"}};
  expect_refusal(" ranks 0 and 1 have the same GPU (", first, {2, 4});
  for (const int ranks : {2, 4})
    EXPECT_EQ(digest(cuda({"--share-gpus"}), {.ranks = ranks, .environment = first}), serial_digest());
  EXPECT_EQ(digest(cuda(), {.ranks = 1, .environment = first}), serial_digest());
}

/// Both are number 0 to their ranks.
TEST_F(GpuFaults, RanksThatSeeAGpuOfTheirOwnNeedNoLeave) {
  if (const std::string lack = lacking(2, true); !lack.empty()) GTEST_SKIP() << lack;
  const Outcome outcome =
      run_each_with("export CUDA_VISIBLE_DEVICES=$OMPI_COMM_WORLD_LOCAL_RANK", 2, cuda({"--json", "-", "-q"}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.json()["result_digest"], serial_digest());
  EXPECT_EQ(digest(cuda(), {.ranks = 2, .environment = {{"CUDA_VISIBLE_DEVICES", "1,0"}}}), serial_digest());
}

TEST_F(GpuFaults, ARankThatSeesNoGpuIsNamed) {
  if (const std::string lack = lacking(1, true); !lack.empty()) GTEST_SKIP() << lack;
  for (const int ranks : {2, 4}) {
    const Outcome outcome =
        run_each_with("[ $OMPI_COMM_WORLD_RANK != 1 ] || export CUDA_VISIBLE_DEVICES=", ranks, cuda());
    expect_error(outcome, 5, "rank 1 (" + host_name() + ") no GPU is visible (check CUDA_VISIBLE_DEVICES)", seconds);
  }
}

TEST_F(GpuFaults, OddSettingsOfVisibleDevicesAreOneLineOrTheSameBits) {
  if (const std::string lack = lacking(1, false); !lack.empty()) GTEST_SKIP() << lack;
  for (const char* none : {"-1", "99", "GPU-00000000-0000-0000-0000-000000000000"})
    expect_refusal("use --mode threads", {{"CUDA_VISIBLE_DEVICES", none}}, {0, 2});
  // What the driver makes of these is its own affair.
  for (const char* odd : {"0,99", "0,0", "abc", ",", " 0 ", "0,abc"}) {
    SCOPED_TRACE(odd);
    const Environment environment = {{"CUDA_VISIBLE_DEVICES", odd}};
    const Outcome outcome = scatterfold(cuda({"--json", "-", "-q"}), {.environment = environment});
    if (outcome.code == 0) {
      EXPECT_EQ(outcome.json()["result_digest"], serial_digest());
    } else {
      expect_error(outcome, 5, "use --mode threads", seconds);
    }
  }
}

}  // namespace
}  // namespace scatterfold::cli

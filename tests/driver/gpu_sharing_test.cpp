// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "driver/choose_backend.hpp"
#include "team/host_name.hpp"
#include "team/run_on_team.hpp"
#include "team/team.hpp"

/// Ranks find out whether they have chosen the same GPU, however they number it.
namespace scatterfold {
namespace {

/// Ends the process as a run would whose ranks have chosen these GPUs; an empty UUID is a rank without one.
[[noreturn]] void run_with_gpus(const std::vector<std::string>& uuids, bool share_gpus) {
  int code = 0;
  {
    const std::unique_ptr<Team> team = make_forked_team(static_cast<int>(uuids.size()));
    code = run_on_team(*team, [&] {
      ChosenBackend chosen;
      chosen.device_uuid = uuids.at(static_cast<std::size_t>(team->rank()));
      check_gpu_sharing(*team, chosen, share_gpus);
      return 0;
    });
  }
  _exit(code);
}

/// All that is on stderr when these ranks have the same GPU: rank 0 compares, and is the one that fails.
std::string one_line(int first, int second, const std::string& uuid) {
  return "^scatterfold: error: rank 0 \\(" + host_name() + "\\) ranks " + std::to_string(first) + " and " +
         std::to_string(second) + " have the same GPU \\(" + host_name() + " " + uuid +
         "\\): start one rank per GPU, or share them with --share-gpus\n$";
}

TEST(GpuSharingDeathTest, RanksWithGpusOfTheirOwnGoOn) {
  const std::vector<std::vector<std::string>> teams = {
      {"GPU-a"}, {"GPU-a", "GPU-b"}, {"GPU-a", "GPU-b", "GPU-c", "GPU-d"}, {"", ""}, {"", "GPU-a", "", "GPU-b"}};
  for (const auto& uuids : teams) EXPECT_EXIT(run_with_gpus(uuids, false), testing::ExitedWithCode(0), "^$");
}

TEST(GpuSharingDeathTest, TheFirstTwoOnOneGpuAreNamedOnce) {
  EXPECT_EXIT(run_with_gpus({"GPU-a", "GPU-a"}, false), testing::ExitedWithCode(5), one_line(0, 1, "GPU-a"));
  EXPECT_EXIT(run_with_gpus({"GPU-a", "GPU-a", "GPU-a", "GPU-a"}, false), testing::ExitedWithCode(5),
              one_line(0, 1, "GPU-a"));
  EXPECT_EXIT(run_with_gpus({"GPU-a", "GPU-b", "", "GPU-b"}, false), testing::ExitedWithCode(5),
              one_line(1, 3, "GPU-b"));
  EXPECT_EXIT(run_with_gpus({"GPU-a", "GPU-b", "GPU-a", "GPU-b"}, false), testing::ExitedWithCode(5),
              one_line(0, 2, "GPU-a"));
}

TEST(GpuSharingDeathTest, SharingThatIsAskedForIsFine) {
  EXPECT_EXIT(run_with_gpus({"GPU-a", "GPU-a"}, true), testing::ExitedWithCode(0), "^$");
  EXPECT_EXIT(run_with_gpus({"GPU-a", "GPU-b", "GPU-a", "GPU-b"}, true), testing::ExitedWithCode(0), "^$");
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/program.hpp"

/// SIGTERM, SIGINT and SIGHUP end a run at once, with one line, and leave neither a partial nor a final file, whatever
/// the run is doing (FAULTS case 12).
namespace scatterfold::cli {
namespace {

struct Mode {
  std::string name;
  Words words;
  int ranks = 0;
};

class StopSignals : public ::testing::TestWithParam<Mode> {
 protected:
  void SetUp() override {
    if (GetParam().ranks > 0 && !has_mpirun()) GTEST_SKIP() << "no mpirun";
    ASSERT_EQ(scatterfold({"generate", folder_ / "in.h5:/x", "--shape", "3,300,400", "-q"}).code, 0);
    spill(folder_ / "old.nc", "an earlier result");
  }

  /// Starts a run that hangs at `point`, waits for its partial file and sends it `signal`.
  Outcome stopped(const std::string& signal, const std::string& point, const std::string& to = "$!") const {
    Words words = {"bash", "-c",
                   "shopt -s nullglob\n"
                   "env --default-signal=INT,HUP \"$@\" &\n"
                   "for i in $(seq 500); do [ -e .old.nc.partial ] && break; sleep 0.02; done\n"
                   "sleep 0.3\nkill -" +
                       signal + " " + to + "\nwait $!",
                   "-"};
    if (GetParam().ranks > 0) {
      const std::string ranks = std::to_string(GetParam().ranks);
      words.insert(words.end(), {"mpirun", "--oversubscribe", "-np", ranks});
    }
    words.insert(words.end(), {SCATTERFOLD_PROGRAM, "moments", "in.h5:/x", "--dims", "0", "-q", "-o", "old.nc",
                               "--overwrite", "--json", "out.json"});
    words.insert(words.end(), GetParam().words.begin(), GetParam().words.end());
    return run_command(words, {.environment = {{"SCATTERFOLD_FAULT", "rank=all,point=" + point + ",kind=hang"},
                                               {"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                                               {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"}},
                               .folder = folder_.path()});
  }

  void expect_nothing_left(const Outcome& outcome, const std::string& says) const {
    const std::size_t at = outcome.err.find("scatterfold: ");
    ASSERT_NE(at, std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.substr(at, says.size() + 14), "scatterfold: " + says + "\n");
    EXPECT_EQ(outcome.err.find("scatterfold: ", at + 1), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(outcome.left.empty()) << outcome.left.front();
    EXPECT_EQ(slurp(folder_ / "old.nc"), "an earlier result");
    EXPECT_EQ(folder_.names(), (Words{"in.h5", "old.nc"}));
  }

  ScratchFolder folder_;
};

TEST_P(StopSignals, LeaveNothingBehind) {
  for (const std::string point : {"plan", "fold", "write"}) {
    for (const std::string signal : {"TERM", "INT", "HUP"}) {
      // mpirun takes seconds: each signal at one point. It passes on SIGTERM, whatever it got, and has a code of its
      // own.
      const bool chosen = point + signal == "planHUP" || point + signal == "foldTERM" || point + signal == "writeINT";
      if (GetParam().ranks > 0 && !chosen) continue;
      SCOPED_TRACE(point + " " + signal);
      const Outcome outcome = stopped(signal, point);
      const std::string told = GetParam().ranks > 0 ? "TERM" : signal;
      expect_nothing_left(outcome, "stopped by SIG" + told + ": nothing was written, run it again");
      if (GetParam().ranks == 0) {
        EXPECT_EQ(outcome.code, 75);
      }
      EXPECT_NE(outcome.code, 0);
      EXPECT_LT(outcome.seconds, 30) << "FAULTS allows 10, a loaded machine three times as much";
    }
  }
}

TEST_P(StopSignals, ToOneOfTheProcessesIsToAll) {
  if (GetParam().name != "processes") GTEST_SKIP() << "is for --mode processes";
  expect_nothing_left(stopped("TERM", "fold", "$(pgrep -P $! | tail -1)"),
                      "stopped by SIGTERM: nothing was written, run it again");
}

INSTANTIATE_TEST_SUITE_P(Modes, StopSignals,
                         ::testing::Values(Mode{"serial", {"--mode", "serial"}}, Mode{"threads", {"--mode", "threads"}},
                                           Mode{"processes", {"--mode", "processes", "--processes", "3"}},
                                           Mode{"mpi", {"--mode", "serial"}, 3}),
                         [](const auto& info) { return info.param.name; });

TEST(IgnoredSignals, StayIgnored) {
  ScratchFolder folder;
  ASSERT_EQ(scatterfold({"generate", folder / "in.h5:/x", "--shape", "1000000", "-q"}).code, 0);
  const Outcome outcome =
      run_command({"bash", "-c", "trap '' HUP; \"$@\" & kill -HUP $!; sleep 0.1; kill -HUP $! 2>/dev/null; wait $!",
                   "-", SCATTERFOLD_PROGRAM, "moments", folder / "in.h5:/x", "-q"},
                  {});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

}  // namespace
}  // namespace scatterfold::cli

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/program.hpp"

/// Faults in the whole program: phase x rank x kind x team (FAULTS cases 1, 2). A choice of them;
/// SCATTERFOLD_TEST_ALL=1 runs all.
namespace scatterfold::cli {
namespace {

struct Team {
  bool mpi;
  int size;
};

const Words points = {"open", "plan", "fold", "combine", "finish", "write"};

struct Kind {
  std::string name;
  int code;     ///< -1: any but 0, as the operating system or the launcher has it
  bool agreed;  ///< the ranks leave together, with one line, and tidy up
};
const std::vector<Kind> kinds = {{"throw", 70, true},   {"input", 3, true},    {"output", 4, true},
                                 {"resource", 5, true}, {"badalloc", 5, true}, {"terminate", 70, false},
                                 {"exit0", -1, false},  {"kill", -1, false}};

class Faults : public ::testing::TestWithParam<Team> {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new ScratchFolder;
    const Outcome made = scatterfold({"generate", *scratch_ / "in.h5:/x", "--shape", "700001", "-q"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  static void TearDownTestSuite() { delete scratch_; }
  void SetUp() override {
    if (GetParam().mpi && !has_mpirun()) GTEST_SKIP() << "no mpirun";
    spill(*scratch_ / "old.h5", "an earlier result");
  }

  Outcome run(const std::string& fault) const {
    Words words = {"histogram",
                   *scratch_ / "in.h5:/x",
                   "-o",
                   *scratch_ / "old.h5",
                   "--overwrite",
                   "--json",
                   *scratch_ / "out.json",
                   "--mode",
                   GetParam().mpi ? "serial" : "processes"};
    if (!GetParam().mpi) words.insert(words.end(), {"--processes", std::to_string(GetParam().size)});
    return scatterfold(words,
                       {.ranks = GetParam().mpi ? GetParam().size : 0, .environment = {{"SCATTERFOLD_FAULT", fault}}});
  }

  void check(const std::string& point, int rank, const Kind& kind) const {
    const std::string fault = "rank=" + std::to_string(rank) + ",point=" + point + ",kind=" + kind.name;
    SCOPED_TRACE(fault);
    // Rank 0 of a forked team is the process that the shell waits for: its _exit(0) cannot be undone.
    if (kind.name == "exit0" && !GetParam().mpi && rank == 0) return;
    std::filesystem::remove(*scratch_ / ".old.h5.partial");  // of a fault before this one

    const Outcome outcome = run(fault);

    EXPECT_TRUE(!as_released || outcome.seconds < 3 * 5.0)
        << outcome.seconds << " s: FAULTS allows 5, a loaded machine may take three times as long";
    if (kind.code >= 0) {
      EXPECT_EQ(outcome.code, kind.code) << outcome.err;
    } else {
      EXPECT_NE(outcome.code, 0) << outcome.err;
    }
    const Words lines = outcome.error_lines();
    const bool silent = kind.code < 0 && (GetParam().mpi || rank == 0);  // nobody is left who could say it; mpirun does
    if (silent) {
      EXPECT_LE(lines.size(), 1u) << outcome.err;
    } else {
      EXPECT_EQ(lines.size(), 1u) << outcome.err;
    }
    if (kind.agreed && lines.size() == 1) {
      EXPECT_NE(lines[0].find("rank " + std::to_string(rank) + " ("), std::string::npos) << lines[0];
    }
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(slurp(*scratch_ / "old.h5"), "an earlier result");
    Words names = scratch_->names();
    // A rank that is gone at once cannot remove what it had begun; the next job with this output takes it over.
    if (!kind.agreed) std::erase(names, ".old.h5.partial");
    EXPECT_EQ(names, (Words{"in.h5", "old.h5"}));
  }

  static ScratchFolder* scratch_;
};
ScratchFolder* Faults::scratch_ = nullptr;

TEST_P(Faults, EndTheRunInOrder) {
  const bool all = std::getenv("SCATTERFOLD_TEST_ALL") != nullptr;
  const int last = GetParam().size - 1;
  int turn = GetParam().size;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    for (std::size_t p = 0; p < points.size(); ++p) {
      for (int rank = 0; rank <= last; ++rank) {
        // Forked teams start in no time: every kind at every point, on one rank. Of mpirun, which takes a second,
        // every kind once and every point at least once.
        const bool chosen = GetParam().mpi
                                ? p == (k + GetParam().size) % points.size() && rank == (k % 2 == 0 ? last : 0)
                                : rank == turn % GetParam().size;
        if (all || chosen) check(points[p], rank, kinds[k]);
      }
      ++turn;
    }
  }
}

TEST_P(Faults, AJobAfterwardsSucceeds) {
  run("rank=0,point=finish,kind=kill");

  const Outcome outcome = run("rank=0,point=finish,kind=hang,rank=0");  // a mistake in the setting, told as one
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.error_lines().size(), 1u) << outcome.err;

  Words words = {"histogram", *scratch_ / "in.h5:/x", "-o", *scratch_ / "old.h5", "--overwrite"};
  EXPECT_EQ(scatterfold(words).code, 0);
  EXPECT_EQ(slurp(*scratch_ / "old.h5").substr(1, 3), "HDF");
  EXPECT_EQ(scratch_->names(), (Words{"in.h5", "old.h5"}));
}

TEST_P(Faults, ARankBeyondTheTeamIsTold) {
  const Outcome outcome = run("rank=" + std::to_string(GetParam().size) + ",point=fold,kind=throw");

  expect_error(outcome, 2, "the team has only " + std::to_string(GetParam().size) + " ranks", 5);
}

INSTANTIATE_TEST_SUITE_P(Teams, Faults, ::testing::Values(Team{false, 2}, Team{false, 4}, Team{true, 2}, Team{true, 4}),
                         [](const auto& info) {
                           return (info.param.mpi ? "Mpi" : "Forked") + std::to_string(info.param.size);
                         });

TEST(FaultsOfOne, EndTheRunInOrder) {
  ScratchFolder scratch;
  ASSERT_EQ(scatterfold({"generate", scratch / "in.h5:/x", "--shape", "1000", "-q"}).code, 0);
  for (const std::string& point : points) {
    for (const Kind& kind : kinds) {
      if (kind.code < 0) continue;
      SCOPED_TRACE(point + " " + kind.name);
      const Outcome outcome =
          scatterfold({"moments", scratch / "in.h5:/x", "-o", scratch / "out.h5", "--mode", "serial"},
                      {.environment = {{"SCATTERFOLD_FAULT", "point=" + point + ",kind=" + kind.name}}});
      expect_error(outcome, kind.code, "", 5);
      EXPECT_FALSE(std::filesystem::exists(scratch / "out.h5"));
    }
  }
}

}  // namespace
}  // namespace scatterfold::cli

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
// Faults at phases, ranks and kinds: the exit code, the lines, the time, and that nobody is left (FAULTS cases 1, 2,
// 3).
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "team/host_name.hpp"
#include "team/team_run.hpp"

namespace scatterfold::testing_team {
namespace {

constexpr double limit_seconds = 5.0;  // FAULTS cases 1 and 2

std::string fault(int rank, const std::string& point, const std::string& kind) {
  return "rank=" + std::to_string(rank) + ",point=" + point + ",kind=" + kind;
}

std::string name_of(const testing::TestParamInfo<TeamKind>& info) {
  return info.param.kind + "_" + std::to_string(info.param.size);
}

/// Every failure ends in time and leaves nobody.
void expect_clean_end(const Outcome& outcome) {
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_TRUE(!as_released || outcome.seconds < limit_seconds) << outcome.seconds << " s";
  EXPECT_TRUE(outcome.left.empty()) << outcome.left.front();
}

class TeamFailures : public testing::TestWithParam<TeamKind> {
 protected:
  void SetUp() override {
    if (GetParam().kind == "mpi" && !has_mpirun()) GTEST_SKIP() << "mpirun is not installed: no MPI team is tested";
  }
  /// MPI teams take a second each to start: there the first and the last rank stand for all.
  std::vector<int> struck_ranks() const {
    std::vector<int> ranks;
    for (int rank = 0; rank < GetParam().size; ++rank) {
      if (GetParam().kind != "mpi" || rank == 0 || rank == GetParam().size - 1) ranks.push_back(rank);
    }
    return ranks;
  }
  std::vector<std::string> points() const {
    if (GetParam().kind == "mpi") return {"combine"};
    return {"open", "plan", "fold", "combine", "finish", "write"};
  }
};

struct AgreedKind {
  std::string name;
  ExitCode code;
  std::string text;  ///< "%" stands for the phase
};
const std::vector<AgreedKind> agreed_kinds = {
    {"throw", ExitCode::internal,
     "injected throw (%): unset SCATTERFOLD_FAULT (phase %): an internal error, please report it"},
    {"input", ExitCode::input, "injected input (%): unset SCATTERFOLD_FAULT"},
    {"output", ExitCode::output, "injected output (%): unset SCATTERFOLD_FAULT"},
    {"resource", ExitCode::resource, "injected resource (%): unset SCATTERFOLD_FAULT"},
    {"badalloc", ExitCode::resource, "out of memory (phase %): lower --memory or use more ranks"},
};

std::string filled(std::string text, const std::string& phase) {
  for (std::size_t at; (at = text.find('%')) != std::string::npos;) text.replace(at, 1, phase);
  return text;
}

TEST_P(TeamFailures, thrown_faults_are_agreed_on) {
  for (const AgreedKind& kind : agreed_kinds) {
    if (GetParam().kind == "mpi" && kind.name != "throw" && kind.name != "input") continue;  // the laws walk them all
    for (const std::string& point : points()) {
      for (const int rank : struck_ranks()) {
        SCOPED_TRACE(fault(rank, point, kind.name));
        const Outcome outcome = run_team(GetParam(), "job", {{"SCATTERFOLD_FAULT", fault(rank, point, kind.name)}});
        const std::string prefix =
            GetParam().size == 1 ? "" : "rank " + std::to_string(rank) + " (" + host_name() + ") ";
        EXPECT_EQ(outcome.code, static_cast<int>(kind.code)) << outcome.err;
        EXPECT_EQ(outcome.error_lines(),
                  std::vector<std::string>{"scatterfold: error: " + prefix + filled(kind.text, point)});
        expect_clean_end(outcome);
      }
    }
  }
}

TEST_P(TeamFailures, a_failure_everywhere_names_no_rank) {
  const Outcome outcome = run_team(GetParam(), "job", {{"SCATTERFOLD_FAULT", "rank=all,point=open,kind=input"}});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.error_lines(),
            std::vector<std::string>{"scatterfold: error: injected input (open): unset SCATTERFOLD_FAULT"});
  expect_clean_end(outcome);
}

TEST_P(TeamFailures, terminate_is_70_and_one_line) {
  for (const int rank : struck_ranks()) {
    SCOPED_TRACE(rank);
    const Outcome outcome = run_team(GetParam(), "job", {{"SCATTERFOLD_FAULT", fault(rank, "fold", "terminate")}});
    const std::string who = GetParam().size == 1 ? "" : "rank " + std::to_string(rank) + " (" + host_name() + "): ";
    EXPECT_EQ(outcome.code, 70) << outcome.err;
    EXPECT_EQ(outcome.error_lines(),
              std::vector<std::string>{"scatterfold: error: " + who +
                                       "injected terminate (fold): unset SCATTERFOLD_FAULT (uncaught exception): an "
                                       "internal error, please report it"});
    expect_clean_end(outcome);
  }
}

TEST_P(TeamFailures, a_killed_rank_ends_the_team) {
  for (const int rank : struck_ranks()) {
    SCOPED_TRACE(rank);
    const Outcome outcome = run_team(GetParam(), "job", {{"SCATTERFOLD_FAULT", fault(rank, "fold", "kill")}});
    EXPECT_NE(outcome.code, 0);
    if (GetParam().kind == "forked" && rank > 0) {
      ASSERT_EQ(outcome.error_lines().size(), 1u) << outcome.err;
      EXPECT_EQ(outcome.code, 7);
      EXPECT_TRUE(outcome.error_lines()[0].starts_with("scatterfold: error: worker " + std::to_string(rank) + " (pid "))
          << outcome.err;
      EXPECT_NE(outcome.err.find(", " + host_name() + ") ended by signal 9"), std::string::npos) << outcome.err;
    }
    expect_clean_end(outcome);
  }
}

TEST_P(TeamFailures, a_rank_that_exits_0_early_is_lost) {
  for (const int rank : struck_ranks()) {
    // The only process of a run, or rank 0 of a forked team, is what the shell waits for: its _exit(0) cannot be
    // undone.
    if (GetParam().kind != "mpi" && rank == 0) continue;
    SCOPED_TRACE(rank);
    const Outcome outcome = run_team(GetParam(), "job", {{"SCATTERFOLD_FAULT", fault(rank, "fold", "exit0")}});
    EXPECT_NE(outcome.code, 0) << outcome.err;
    if (GetParam().kind == "forked") {
      EXPECT_EQ(outcome.code, 7);
      ASSERT_EQ(outcome.error_lines().size(), 1u) << outcome.err;
      EXPECT_TRUE(outcome.error_lines()[0].starts_with("scatterfold: error: worker ")) << outcome.err;
      EXPECT_NE(outcome.err.find(") left early with exit code 0"), std::string::npos) << outcome.err;
    }
    expect_clean_end(outcome);
  }
}

TEST_P(TeamFailures, abort_ends_the_team_with_its_code) {
  for (const char* body : {"abort", "abort_busy"}) {
    for (const int rank : struck_ranks()) {
      SCOPED_TRACE(body + std::to_string(rank));
      const Outcome outcome = run_team(GetParam(), body, {{"SCATTERFOLD_TEST_RANK", std::to_string(rank)}});
      EXPECT_EQ(outcome.code, 4) << outcome.err;
      EXPECT_EQ(outcome.error_lines(), std::vector<std::string>{"scatterfold: error: aborted on purpose"});
      expect_clean_end(outcome);
    }
  }
}

TEST_P(TeamFailures, an_exception_outside_any_phase_ends_the_team) {
  for (const char* body : {"alone", "alone_busy"}) {
    for (const int rank : struck_ranks()) {
      SCOPED_TRACE(body + std::to_string(rank));
      const Outcome outcome = run_team(GetParam(), body, {{"SCATTERFOLD_TEST_RANK", std::to_string(rank)}});
      const std::string who = GetParam().size == 1 ? "" : "rank " + std::to_string(rank) + " (" + host_name() + ") ";
      EXPECT_EQ(outcome.code, 4) << outcome.err;
      EXPECT_EQ(outcome.error_lines(),
                std::vector<std::string>{"scatterfold: error: " + who + "disk full (/x): make room"});
      expect_clean_end(outcome);
    }
  }
}

TEST_P(TeamFailures, a_team_destroyed_by_one_ranks_exception_does_not_hang) {
  const std::string rank = std::to_string(GetParam().size - 1);
  const Outcome outcome =
      run_team(GetParam(), "alone", {{"SCATTERFOLD_TEST_RANK", rank}, {"SCATTERFOLD_TEST_UNWIND", "1"}});
  EXPECT_EQ(outcome.code, 4) << outcome.err;
  expect_clean_end(outcome);
}

TEST_P(TeamFailures, a_rank_killed_while_the_others_compute_ends_the_team) {
  const Outcome outcome =
      run_team(GetParam(), "kill_busy", {{"SCATTERFOLD_TEST_RANK", std::to_string(GetParam().size - 1)}});
  EXPECT_NE(outcome.code, 0);
  if (GetParam().kind == "forked" && GetParam().size > 1) {
    EXPECT_EQ(outcome.code, 7);
    EXPECT_EQ(outcome.error_lines().size(), 1u) << outcome.err;
  }
  expect_clean_end(outcome);
}

TEST_P(TeamFailures, the_launchers_death_ends_the_ranks) {
  const Outcome outcome = run_team(GetParam(), "slow", {}, [](pid_t first) { kill(first, SIGKILL); });
  EXPECT_EQ(outcome.code, 128 + SIGKILL);
  expect_clean_end(outcome);
}

INSTANTIATE_TEST_SUITE_P(Solo, TeamFailures, testing::Values(TeamKind{"solo", 1}), name_of);
INSTANTIATE_TEST_SUITE_P(Forked, TeamFailures,
                         testing::Values(TeamKind{"forked", 1}, TeamKind{"forked", 2}, TeamKind{"forked", 3},
                                         TeamKind{"forked", 5}),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Mpi, TeamFailures,
                         testing::Values(TeamKind{"mpi", 1}, TeamKind{"mpi", 2}, TeamKind{"mpi", 3},
                                         TeamKind{"mpi", 5}),
                         name_of);

TEST(ForkedTeam, adopts_the_code_of_a_worker_that_leaves) {
  const Outcome outcome = run_team({"forked", 3}, "exit3", {{"SCATTERFOLD_TEST_RANK", "2"}});
  EXPECT_EQ(outcome.code, 3);
  ASSERT_EQ(outcome.error_lines().size(), 1u) << outcome.err;
  EXPECT_TRUE(outcome.error_lines()[0].starts_with("scatterfold: error: worker 2 (pid ")) << outcome.err;
  EXPECT_NE(outcome.err.find(") left early with exit code 3"), std::string::npos) << outcome.err;
  expect_clean_end(outcome);
}

TEST(ForkedTeam, that_cannot_be_completed_never_starts) {
  const Outcome outcome = run_team({"forked", 9}, "job", {{"SCATTERFOLD_TEST_OPEN_FILES", "8"}});
  EXPECT_EQ(outcome.code, 5);
  EXPECT_EQ(outcome.error_lines(), std::vector<std::string>{"scatterfold: error: cannot start 9 processes (Too many "
                                                            "open files): lower --processes"});
  expect_clean_end(outcome);
}

TEST(ForkedTeam, refuses_no_process_at_all) {
  const Outcome outcome = run_team({"forked", 0}, "job");
  EXPECT_EQ(outcome.code, 2);
}

TEST(ForkedTeam, a_fault_beyond_the_team_is_refused) {
  const Outcome outcome = run_team({"forked", 2}, "job", {{"SCATTERFOLD_FAULT", fault(2, "fold", "throw")}});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.error_lines().size(), 1u) << outcome.err;
}

}  // namespace
}  // namespace scatterfold::testing_team

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/error.hpp"
#include "team/fault.hpp"
#include "team/launch.hpp"
#include "team/run_on_team.hpp"
#include "team/team.hpp"
#include "team/terminate.hpp"

/// What a test program is when run_team() (team_run.hpp) has started it again: one rank of a team.
namespace scatterfold::testing_team {

/// What tests run on every rank of a team, by name.
using Bodies = std::map<std::string, std::function<void(Team&)>>;

struct BrokenLaw : std::logic_error {
  using std::logic_error::logic_error;
};

/// Laws are checked on every rank, far from GoogleTest: a broken one ends the team with 99.
inline void require(bool holds, const std::string& law) {
  if (!holds) throw BrokenLaw(law);
}

inline std::unique_ptr<Team> make_named_team() {
  const std::string kind = std::getenv("SCATTERFOLD_TEST_TEAM");
  if (kind == "solo") return make_solo_team();
  if (kind == "forked") return make_forked_team(std::atoi(std::getenv("SCATTERFOLD_TEST_SIZE")));
  Launch launch = detect_launch();
  refuse_singletons(launch);
  if (const char* tasks = std::getenv("SCATTERFOLD_TEST_TASKS")) launch.tasks = std::atoi(tasks);
  return make_mpi_team(launch);
}

/// Makes the team that the environment names, runs the named body on every rank, as the program's main would, and gives
/// the exit code. A body that finds a law broken makes it 99 and says which.
///   SCATTERFOLD_TEST_TEAM  solo | forked | mpi      SCATTERFOLD_TEST_SIZE  of a forked team
///   SCATTERFOLD_TEST_BODY  the body's name
inline int run_body_from_environment(const Bodies& bodies) {
  const Launch launch = detect_launch();
  try {
    check_fault_setting();
    if (const char* files = std::getenv("SCATTERFOLD_TEST_OPEN_FILES")) {
      const rlimit limit = {static_cast<rlim_t>(std::atoi(files)), static_cast<rlim_t>(std::atoi(files))};
      setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (std::getenv("SCATTERFOLD_TEST_UNFLUSHED")) std::printf("before the fork\n");
    const std::unique_ptr<Team> team = make_named_team();
    install_terminate_handler(team.get());
    if (std::getenv("SCATTERFOLD_TEST_UNWIND")) {  // a main that lets exceptions destroy the team
      bodies.at(std::getenv("SCATTERFOLD_TEST_BODY"))(*team);
      return 0;
    }
    return run_on_team(*team, [&] {
      try {
        bodies.at(std::getenv("SCATTERFOLD_TEST_BODY"))(*team);
      } catch (const BrokenLaw& law) {
        std::fprintf(stderr, "rank %d: broken law: %s\n", team->rank(), law.what());
        team->abort(99);
      }
      return 0;
    });
  } catch (const Error& error) {  // no team was made
    if (launch.rank == 0) std::fprintf(stderr, "scatterfold: error: %s\n", error.what());
    return static_cast<int>(error.code());
  }
}

/// The main of such a program: a rank where a body is named, else a test run.
inline int run_body_or_tests(int count, char** arguments, const Bodies& bodies) {
  if (std::getenv("SCATTERFOLD_TEST_BODY")) return run_body_from_environment(bodies);
  testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}

}  // namespace scatterfold::testing_team

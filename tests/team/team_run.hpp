// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "support/child_run.hpp"

namespace scatterfold::testing_team {

using Outcome = ChildOutcome;

struct TeamKind {
  std::string kind;
  int size;
};

/// Starts this program again as a team and waits for its end, `limit_s` at most; where it is instrumented 15 times as
/// long, as the laws alone take 10 s there on a quiet machine. `meanwhile` is called once, with the pid, as soon as
/// something stands on stdout.
inline Outcome run_team(const TeamKind& team, const std::string& body, Environment more = {},
                        const std::function<void(pid_t)>& meanwhile = {}, double limit_s = 20) {
  more["SCATTERFOLD_TEST_TEAM"] = team.kind;
  more["SCATTERFOLD_TEST_SIZE"] = std::to_string(team.size);
  more["SCATTERFOLD_TEST_BODY"] = body;
  const Words self = {std::filesystem::read_symlink("/proc/self/exe")};
  const ChildStart start{more, as_released ? limit_s : 15 * limit_s, "", meanwhile};
  return team.kind == "mpi" ? run_ranks(team.size, self, start) : run_child_command(self, start);
}

}  // namespace scatterfold::testing_team

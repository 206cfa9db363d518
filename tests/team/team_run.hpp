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

/// Starts this program again as a team and waits for its end, 20 s at most; where it is instrumented, the laws alone
/// take half of that on a quiet machine. `meanwhile` is called once, with the pid, as soon as something stands on
/// stdout.
inline Outcome run_team(const TeamKind& team, const std::string& body, Environment more = {},
                        const std::function<void(pid_t)>& meanwhile = {}) {
  more["SCATTERFOLD_TEST_TEAM"] = team.kind;
  more["SCATTERFOLD_TEST_SIZE"] = std::to_string(team.size);
  more["SCATTERFOLD_TEST_BODY"] = body;
  const Words self = {std::filesystem::read_symlink("/proc/self/exe")};
  const ChildStart start{more, as_released ? 20.0 : 300.0, "", meanwhile};
  return team.kind == "mpi" ? run_ranks(team.size, self, start) : run_child_command(self, start);
}

}  // namespace scatterfold::testing_team

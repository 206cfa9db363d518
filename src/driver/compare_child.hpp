// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

namespace scatterfold {

/// How one child went.
struct ChildRun {
  double seconds = 0;  ///< from just before the fork to its end
  double cpu_s = 0;    ///< of it and of the children it waited for
  int exit_code = 0;   ///< 128 + signal where a signal ended it
  int signal = 0;
  bool timed_out = false;
  std::string out, err;
};

/// Runs a command with an empty stdin and keeps what it writes. It is a process group of its own, ended when it takes
/// longer than `timeout_s` (SIGTERM, SIGKILL 3 s later) or when we die. A command that cannot be started has exit code
/// 127 and says so in `err`. Call it from the main thread. Errors: ResourceError when there is no process to be had.
ChildRun run_child(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                   double timeout_s);

/// The one line that says why it failed: the program's own error line without its prefix, else how it ended.
std::string failure_text(const ChildRun& run, double timeout_s);

}  // namespace scatterfold

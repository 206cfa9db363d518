// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <system_error>

#include "base/error.hpp"
#include "team/forked_root.hpp"
#include "team/forked_worker.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

[[noreturn]] void refuse_start(int processes, int problem) {
  throw ResourceError("cannot start " + std::to_string(processes) + " processes (" + std::strerror(problem) +
                      "): lower --processes");
}

/// What is buffered now would be written by every worker once more.
void flush_everything() {
  std::cout.flush();
  std::cerr.flush();
  std::clog.flush();
  std::fflush(nullptr);
}

}  // namespace

std::unique_ptr<Team> make_forked_team(int processes) {
  if (processes < 1) throw UsageError("--processes " + std::to_string(processes) + " (at least 1): give a number");
  auto root = std::make_unique<ForkedRoot>(Board(processes));
  flush_everything();
  const pid_t parent = getpid();
  for (int rank = 1; rank < processes; ++rank) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) refuse_start(processes, errno);
    const pid_t child = fork();
    if (child < 0) {
      const int problem = errno;
      close(ends[0]);
      close(ends[1]);
      refuse_start(processes, problem);
    }
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);                                  // also while it computes
      if (getppid() != parent) _exit(static_cast<int>(ExitCode::peer));  // it went before prctl
      close(ends[0]);
      return std::make_unique<ForkedWorker>(root->release_in_worker(), ends[1], rank, processes);
    }
    close(ends[1]);
    root->add_worker(child, ends[0]);
  }
  try {
    root->start();
  } catch (const std::system_error& error) {
    refuse_start(processes, error.code().value());
  }
  return root;
}

}  // namespace scatterfold

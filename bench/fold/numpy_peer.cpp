// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/numpy_peer.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace scatterfold::bench {

NumpyPeer::NumpyPeer(const std::string& type, std::int64_t bytes) {
  // python3 on the PATH may be another interpreter than the one that the distribution's packages belong to.
  const char* chosen = std::getenv("SCATTERFOLD_PYTHON");
  const std::string python = chosen != nullptr ? chosen : "/usr/bin/python3", count = std::to_string(bytes);
  int down[2], up[2];
  if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0) {
    trouble_ = "no pipes";
    return;
  }
  std::signal(SIGPIPE, SIG_IGN);
  child_ = fork();
  if (child_ == 0) {
    dup2(down[0], STDIN_FILENO);
    dup2(up[1], STDOUT_FILENO);
    execl(python.c_str(), python.c_str(), SCATTERFOLD_BENCH_FOLDER "/fold/numpy_peer.py", type.c_str(), count.c_str(),
          nullptr);
    _exit(127);
  }
  close(down[0]);
  close(up[1]);
  to_ = fdopen(down[1], "w");
  from_ = fdopen(up[0], "r");
  const std::string first = line();
  if (first != "ready") trouble_ = first.empty() ? python + " did not start" : first;
}

NumpyPeer::~NumpyPeer() {
  if (to_ != nullptr) std::fclose(to_);  // the end of its input is the end of the peer
  if (from_ != nullptr) std::fclose(from_);
  if (child_ > 0) waitpid(child_, nullptr, 0);
}

double NumpyPeer::seconds() {
  std::fputs("go\n", to_);
  std::fflush(to_);
  return std::strtod(line().c_str(), nullptr);
}

std::string NumpyPeer::line() {
  char text[256] = "";
  if (std::fgets(text, sizeof text, from_) == nullptr) return {};
  std::string read = text;
  while (!read.empty() && read.back() == '\n') read.pop_back();
  return read;
}

}  // namespace scatterfold::bench

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <string>

namespace scatterfold {

struct ChildEnd {
  int code = -1;  ///< what it returned; -1 when a signal killed it
  int signal = 0;
  std::string said;  ///< what `body` returned in words
};

/// Runs `body` in a forked child, where limits, another user or a crash harm nobody. An exception counts as code 1 and
/// its message as the words.
inline ChildEnd in_child(const std::function<int(std::string&)>& body) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    std::string said;
    int code = 1;
    try {
      code = body(said);
    } catch (const std::exception& error) {
      said = error.what();
    }
    if (::write(ends[1], said.data(), said.size()) < 0) code = 2;
    _exit(code);
  }
  close(ends[1]);
  ChildEnd end;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    end.said.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status)) end.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  return end;
}

inline constexpr int cannot_try = 77;  ///< a child's code for "this machine does not let me"

}  // namespace scatterfold

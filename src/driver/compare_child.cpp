// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/compare_child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <sstream>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double grace_s = 3;  // mpirun gives its ranks 2 s between SIGTERM and SIGKILL

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

[[noreturn]] void refuse_start() {
  throw ResourceError(fmt::format("cannot start a process ({}): end others or raise the limit", std::strerror(errno)));
}

/// A file in memory for what the child writes: unlike a pipe it is never full, and a grandchild that outlives the child
/// cannot hold us up.
FileDescriptor memory_file(const char* name) {
  FileDescriptor file(memfd_create(name, MFD_CLOEXEC));
  if (!file) refuse_start();
  return file;
}

std::string contents(const FileDescriptor& file) {
  std::string text;
  char buffer[65536];
  off_t at = 0;
  for (ssize_t n; (n = pread(file.get(), buffer, sizeof buffer, at)) > 0; at += n)
    text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

/// Waits until the child has ended, at most `seconds`, and leaves it to be reaped: its pid, and so its group's, stays
/// its own until then. `handle` is its pidfd, -1 on a kernel without.
bool ended_within(pid_t child, int handle, double seconds) {
  const auto start = Clock::now();
  for (;;) {
    siginfo_t info{};
    if (waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT | WNOHANG) != 0 && errno != EINTR) return true;
    if (info.si_pid == child) return true;
    const double left = seconds - seconds_since(start);
    if (left <= 0) return false;
    pollfd end{handle, POLLIN, 0};  // poll passes over a negative fd: then it is a nap of 1 ms
    poll(&end, 1, handle >= 0 ? static_cast<int>(std::min(left * 1000 + 1, 1e6)) : 1);
  }
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

ChildRun run_child(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                   double timeout_s) {
  const FileDescriptor out = memory_file("stdout"), err = memory_file("stderr");
  const FileDescriptor in(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!in) refuse_start();
  // Everything that allocates happens before the fork.
  const std::vector<char*> arguments = pointers(command), variables = pointers(environment);
  const std::string complaint =
      fmt::format("scatterfold: error: cannot start {}: is it there, and executable?\n", command[0]);

  const auto start = Clock::now();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) refuse_start();
  if (child == 0) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // Ctrl-C ends us, and with us the child in its group of its own
    if (getppid() != parent) _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_DFL);
    dup2(in.get(), 0);
    dup2(out.get(), 1);
    dup2(err.get(), 2);
    execve(arguments[0], arguments.data(), variables.data());
    const ssize_t ignored = ::write(2, complaint.data(), complaint.size());
    _exit(ignored < 0 ? 126 : 127);
  }
  setpgid(child, child);  // also here: whoever comes first
  const FileDescriptor handle(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));

  ChildRun run;
  if (!ended_within(child, handle.get(), timeout_s)) {
    run.timed_out = true;
    kill(-child, SIGTERM);
    ended_within(child, handle.get(), grace_s);
  }
  run.seconds = seconds_since(start);
  kill(-child, SIGKILL);  // all of it after a timeout; else what it left behind, which would disturb the next run
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
  run.cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  run.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  run.exit_code = run.signal != 0 ? 128 + run.signal : WEXITSTATUS(status);
  run.out = contents(out);
  run.err = contents(err);
  return run;
}

std::string failure_text(const ChildRun& run, double timeout_s) {
  constexpr std::string_view prefix = "scatterfold: error: ";
  if (run.timed_out)
    return fmt::format("no result within {:g} s: raise --timeout, or leave the mode out with --modes", timeout_s);
  std::istringstream lines(run.err);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(prefix)) return printable(line.substr(prefix.size()), 2000);
    if (!line.empty()) last = line;
  }
  const std::string how = run.signal != 0 ? fmt::format("ended by signal {} ({})", run.signal, strsignal(run.signal))
                                          : fmt::format("exit code {}", run.exit_code);
  return last.empty() ? how : how + ", its last line: " + printable(last);
}

}  // namespace scatterfold

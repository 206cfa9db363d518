// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/stop_signals.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <string>

#include "base/error.hpp"
#include "base/unfinished_files.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

struct StopSignal {
  int number;
  const char* name;
  std::string line = {};  // made before, as a handler may not
  bool caught = false;
  struct sigaction before = {};
};
StopSignal stop_signals[] = {{SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"}, {SIGHUP, "SIGHUP"}};

pid_t installed_in = 0;
bool speaks = false;
volatile std::sig_atomic_t interrupted = 0;
pid_t rank_0 = 0;  // of a forked worker: the process that ends the team

void take_default(int number) noexcept {
  std::signal(number, SIG_DFL);
  std::raise(number);
}

[[noreturn]] void end_now(int number) noexcept {
  std::signal(SIGINT, SIG_DFL);
  remove_unfinished_files();
  for (const StopSignal& stop : stop_signals) {
    if (!speaks || stop.number != number) continue;
    std::signal(SIGPIPE, SIG_IGN);  // the exit code is to tell what happened, not that nobody reads stderr
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, stop.line.data(), stop.line.size());
  }
  // The launcher kills all with the first that has ended, and rank 0 must not be that late.
  timespec rest{speaks ? 0 : 1, 0};
  while (nanosleep(&rest, &rest) != 0 && errno == EINTR) continue;
  _exit(static_cast<int>(ExitCode::resumable));
}

void on_stop_signal(int number) {
  const int error_number = errno;
  if (getpid() != installed_in) {
    take_default(number);  // a child that looks into a file: nothing here is its own
  } else if (rank_0 != 0) {
    kill(rank_0, SIGTERM);  // which is the end of this process too
  } else if (may_end_now(number)) {
    end_now(number);
  } else if (number == SIGINT) {
    if (interrupted != 0) take_default(number);
    interrupted = 1;
  }
  errno = error_number;
}

}  // namespace

StopSignals::StopSignals(const Team& team) {
  installed_in = getpid();
  speaks = team.rank() == 0;
  rank_0 = team.kind() == "forked" && !speaks ? getppid() : 0;
  for (StopSignal& stop : stop_signals) {
    stop.line = std::string("scatterfold: stopped by ") + stop.name + ": nothing was written, run it again\n";
    struct sigaction ours {};
    ours.sa_handler = on_stop_signal;
    ours.sa_flags = SA_RESTART | SA_NODEFER;
    sigemptyset(&ours.sa_mask);
    stop.caught = sigaction(stop.number, nullptr, &stop.before) == 0 && stop.before.sa_handler != SIG_IGN &&
                  sigaction(stop.number, &ours, nullptr) == 0;
  }
}

StopSignals::~StopSignals() {
  for (const StopSignal& stop : stop_signals) {
    if (stop.caught) sigaction(stop.number, &stop.before, nullptr);
  }
}

}  // namespace scatterfold

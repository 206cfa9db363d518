// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/terminate.hpp"

#include <unistd.h>

#include <atomic>
#include <exception>
#include <string>

#include "base/error.hpp"
#include "team/error_line.hpp"
#include "team/host_name.hpp"

namespace scatterfold {
namespace {

std::atomic<Team*> team_to_end{nullptr};
std::atomic_flag ending = ATOMIC_FLAG_INIT;

std::string uncaught_text() {
  if (!std::current_exception()) return "terminated without an exception";
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown exception";
  }
}

[[noreturn]] void end_at_terminate() noexcept {
  constexpr int code = static_cast<int>(ExitCode::internal);
  // A second thread that terminates meanwhile waits for the first: one line, one code.
  if (ending.test_and_set()) {
    while (true) pause();
  }
  Team* team = team_to_end.load();
  std::string text = uncaught_text() + " (uncaught exception): an internal error, please report it";
  if (team && team->size() > 1) text = "rank " + std::to_string(team->rank()) + " (" + host_name() + "): " + text;
  write_last_error_line(text);
  if (team) team->abort(code);
  _exit(code);
}

}  // namespace

void install_terminate_handler(Team* team) noexcept {
  team_to_end = team;
  std::set_terminate(end_at_terminate);
}

void forget_team_at_terminate(const Team* team) noexcept {
  Team* expected = const_cast<Team*>(team);
  team_to_end.compare_exchange_strong(expected, nullptr);
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/run_on_team.hpp"

#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <new>
#include <string>

#include "base/error.hpp"
#include "team/agreed_error.hpp"
#include "team/error_line.hpp"
#include "team/host_name.hpp"

namespace scatterfold {
namespace {

/// What stands in buffers now is all that this process has to say.
void flush_output() {
  std::cout.flush();
  std::fflush(nullptr);
}

/// GCC 12 forgets that a virtual function does not return.
[[noreturn]] void abort_team(Team& team, ExitCode code) {
  team.abort(static_cast<int>(code));
  _exit(static_cast<int>(code));
}

[[noreturn]] void end_alone(Team& team, ExitCode code, std::string text) {
  flush_output();
  if (team.size() > 1) text = "rank " + std::to_string(team.rank()) + " (" + host_name() + ") " + text;
  write_last_error_line(text);
  abort_team(team, code);
}

}  // namespace

int run_on_team(Team& team, const std::function<int()>& run) {
  try {
    const int code = run();
    flush_output();
    return code;
  } catch (const AgreedError& error) {
    flush_output();
    if (team.rank() == 0) write_last_error_line(error.what());
    return static_cast<int>(error.code());
  } catch (const PeerError& error) {
    flush_output();
    write_last_error_line(error.what());  // names who is lost, and that is not this rank
    abort_team(team, error.code());
  } catch (const Error& error) {
    end_alone(team, error.code(), error.what());
  } catch (const std::bad_alloc&) {
    end_alone(team, ExitCode::resource, "out of memory: lower --memory or use more ranks");
  } catch (const std::exception& error) {
    end_alone(team, ExitCode::internal, std::string(error.what()) + ": an internal error, please report it");
  } catch (...) {
    end_alone(team, ExitCode::internal, "unknown exception: an internal error, please report it");
  }
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace scatterfold {

/// What the process exits with. Part of the contract with users and their scripts (docs/errors.md).
enum class ExitCode : int {
  ok = 0,
  usage = 2,       ///< command line or job file, also a selection or dimension that is not there
  input = 3,       ///< input data absent, of the wrong kind or corrupt
  output = 4,      ///< output or disk
  resource = 5,    ///< memory, GPU, launch
  numeric = 6,     ///< numeric policy or verification
  peer = 7,        ///< a peer was lost or timed out
  internal = 70,   ///< a bug in scatterfold
  resumable = 75,  ///< stopped on request, can be run again
};

/// A failure that people can act on. The text reads `<what> (<where>): <what to do>`, one line, no full stop.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

struct UsageError : Error {
  explicit UsageError(const std::string& message) : Error(ExitCode::usage, message) {}
};
struct InputError : Error {
  explicit InputError(const std::string& message) : Error(ExitCode::input, message) {}
};
struct OutputError : Error {
  explicit OutputError(const std::string& message) : Error(ExitCode::output, message) {}
};
struct ResourceError : Error {
  explicit ResourceError(const std::string& message) : Error(ExitCode::resource, message) {}
};
struct NumericError : Error {
  explicit NumericError(const std::string& message) : Error(ExitCode::numeric, message) {}
};
/// Names who is lost, so that whoever prints it need not say which rank noticed. `code` is the peer's own, where known.
struct PeerError : Error {
  explicit PeerError(const std::string& message, ExitCode code = ExitCode::peer) : Error(code, message) {}
};

}  // namespace scatterfold

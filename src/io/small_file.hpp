// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "base/error.hpp"

namespace scatterfold {

/// The text of a file that people write by hand, at most 1 MiB. `kind` names it in messages: "job file". Errors:
/// UsageError where it is absent, a directory or too large; `unreadable` where it is there and cannot be read.
std::string read_small_file(const std::string& path, const std::string& kind, ExitCode unreadable);

}  // namespace scatterfold

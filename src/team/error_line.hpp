// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// Writes `scatterfold: error: <text>` to stderr in one write, for a process about to end: takes no stdio lock and
/// does not die of a closed pipe.
void write_last_error_line(const std::string& text) noexcept;

/// An exit code that launchers pass on: MPI_Abort(0) and MPI_Abort(256) make mpirun exit 0.
inline int failing_exit_code(int code) noexcept { return code < 1 ? 1 : code > 125 ? 125 : code; }

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// What HDF5's error stack of this thread says, shortened to one line.
struct Hdf5Error {
  std::string text;      ///< the innermost description; "unknown error" where the stack is empty
  int error_number = 0;  ///< the system's errno where a system call failed, else 0
};

/// Reads the stack and clears it. The caller holds `hdf5_mutex()`.
Hdf5Error last_hdf5_error();

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdlib>
#include <string>

#include "support/child_run.hpp"

namespace scatterfold {

/// A Python that can import these modules ("h5py, numpy"), or nothing: $SCATTERFOLD_PYTHON, the system's, or another.
inline std::string python_with(const std::string& modules) {
  const char* named = std::getenv("SCATTERFOLD_PYTHON");
  for (const std::string candidate : {named != nullptr ? named : "", "/usr/bin/python3", "python3"}) {
    if (!candidate.empty() && run_child_command({candidate, "-c", "import " + modules}).code == 0) return candidate;
  }
  return {};
}

}  // namespace scatterfold

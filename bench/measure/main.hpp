// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdio>

#include "base/error.hpp"

namespace scatterfold::bench {

/// The main of a benchmark: what `run` returns, or the code of its error, told in one line.
template <class Run>
int main_of(const char* name, const Run& run, int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return static_cast<int>(error.code());
  }
}

}  // namespace scatterfold::bench

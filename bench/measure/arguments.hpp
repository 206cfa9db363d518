// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdlib>
#include <string_view>

namespace scatterfold::bench {

/// The text behind `name` on the command line, or null.
inline const char* argument(int argc, char** argv, std::string_view name) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (argv[i] == name) return argv[i + 1];
  }
  return nullptr;
}

/// The number behind `name` on the command line.
inline double number_argument(int argc, char** argv, std::string_view name, double absent) {
  const char* text = argument(argc, argv, name);
  return text != nullptr ? std::strtod(text, nullptr) : absent;
}

}  // namespace scatterfold::bench

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "driver/generate.hpp"
#include "driver/job.hpp"

namespace scatterfold {

/// What the command line asks for.
struct Command {
  enum class Kind { run, plan, inspect, generate, compare, doctor, print };
  Kind kind = Kind::print;
  Job job;                        ///< run, plan
  GenerateOptions generate;       ///< generate
  std::string file, dataset;      ///< inspect
  std::vector<std::string> rest;  ///< compare: its own arguments
  std::string text;               ///< print: --help, --version
};

/// Reads the arguments behind the program's name. Touches no data, no MPI and no GPU.
/// Errors: UsageError, one line, with near names for a word that is none.
Command parse_command_line(const std::vector<std::string>& arguments);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace scatterfold {

/// An option that an analysis declares once; the command line (`--bins 200`) and the job file (`bins = 200`) follow.
struct OptionSpec {
  enum class Kind { integer, real, range, text };
  std::string name;  ///< "bins"
  Kind kind;
  std::string value_name;  ///< how help names the value: "N", "LO,HI"
  std::string help;
};

using Range = std::pair<double, double>;
using OptionValue = std::variant<std::int64_t, double, Range, std::string>;
/// The options given, by name; absent ones take the analysis's default.
using Options = std::map<std::string, OptionValue>;

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "support/child_run.hpp"
#include "support/python.hpp"
#include "support/scratch_folder.hpp"

/// The real program in child processes, as its users start it.
namespace scatterfold::cli {

using Json = nlohmann::json;

struct Outcome : ChildOutcome {
  Json json() const {
    Json document = Json::parse(out, nullptr, false);
    EXPECT_FALSE(document.is_discarded()) << "no JSON on stdout: " << out << "\nstderr: " << err;
    return document;
  }
};

/// What is wanted of a start besides its words.
struct Start {
  int ranks = 0;  ///< 0: without a launcher
  Environment environment = {};
  double limit_s = as_released ? 60 : 300;  ///< generous: a loaded machine must not fail a test
  std::string folder = {};
};

/// Runs a command to its end. Past the limit its process group is killed.
inline Outcome run_command(const Words& command, const Start& start) {
  const ChildStart child{start.environment, start.limit_s, start.folder};
  return {start.ranks > 0 ? run_ranks(start.ranks, command, child) : run_child_command(command, child)};
}

inline std::string as_text(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += " " + word;
  return text;
}

/// Runs scatterfold. Whatever comes of it, it ends in time and leaves no process.
inline Outcome scatterfold(const Words& arguments, const Start& start = {}) {
  Words words = {SCATTERFOLD_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Outcome outcome = run_command(words, start);
  EXPECT_FALSE(outcome.timed_out) << "still ran after " << start.limit_s << " s:" << as_text(arguments) << "\n"
                                  << outcome.err;
  EXPECT_TRUE(outcome.left.empty()) << "left behind by" << as_text(arguments) << ": " << outcome.left.front();
  return outcome;
}

/// A run that must succeed, as JSON. `arguments` do not name where it goes.
inline Json json_of(Words arguments, const Start& start = {}) {
  arguments.insert(arguments.end(), {"--json", "-", "-q"});
  const Outcome outcome = scatterfold(arguments, start);
  EXPECT_EQ(outcome.code, 0) << as_text(arguments) << "\n" << outcome.err;
  return outcome.json();
}

/// A failure as users are promised it: the code, one line that says `part`, within `seconds`.
/// Limits of seconds are three times those of FAULTS: the machine of CI is loaded, and a hang takes for ever.
inline void expect_error(const Outcome& outcome, int code, const std::string& part, double seconds) {
  const Words lines = outcome.error_lines();
  EXPECT_EQ(outcome.code, code) << outcome.err;
  EXPECT_EQ(lines.size(), 1u) << outcome.err;
  EXPECT_TRUE(!as_released || outcome.seconds < 3 * seconds) << outcome.seconds << " s\n" << outcome.err;
  if (!lines.empty()) {
    EXPECT_NE(lines[0].find(part), std::string::npos) << "wanted: " << part << "\n" << lines[0];
  }
  EXPECT_EQ(outcome.out, "") << "a failed run prints no result";
}

/// A Python with h5py and NumPy, or nothing.
inline const std::string& python() {
  static const std::string found = python_with("h5py, numpy");
  return found;
}

/// Runs lines of Python with `np` and `h5py`; gives what they print.
inline std::string run_python(const std::string& lines, const Words& arguments = {}, double limit_s = 120) {
  Words words = {python(), "-c", "import sys, json, h5py, numpy as np\n" + lines};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Outcome outcome = run_command(words, {.limit_s = limit_s});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  return outcome.out;
}

}  // namespace scatterfold::cli

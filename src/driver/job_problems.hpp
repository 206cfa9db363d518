// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

namespace scatterfold {

/// What is wrong with a job, collected so that one run tells all of it.
class JobProblems {
 public:
  /// `where` is "file:line:column" or "--set key=value"; problems are told in the order of `line`, then of adding.
  void add(long line, std::string where, std::string what);

  bool empty() const { return problems_.empty(); }

  /// Throws UsageError if there is any: the first problem, and the others, at most 20 in all, on lines of their own
  /// that begin with two spaces.
  void throw_if_any() const;

 private:
  struct Problem {
    long line;
    std::string text;
  };
  std::vector<Problem> problems_;
};

}  // namespace scatterfold

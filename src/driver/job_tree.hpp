// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

// For .cpp files only: toml++ does not compile under nvcc.
#include <toml++/toml.h>

#include <map>
#include <string>
#include <vector>

#include "driver/job_problems.hpp"

namespace scatterfold {

/// A job file as parsed, with the overrides in place, and where each value came from.
class JobTree {
 public:
  /// Reads at most 1 MiB. Where the file is no TOML from some line on, this is a problem with line and column, and the
  /// tree has what stands before it. Errors: UsageError for a file that is absent or too large.
  JobTree(const std::string& path, JobProblems& problems);

  /// False where it has only a part of the file: what is missing may stand in the rest.
  bool whole() const { return whole_; }

  /// Puts the value of "key.key=value" into the tree: a TOML value, or else the text itself. Analyses are addressed by
  /// number or by name: analysis.0.bins, analysis.NAME.bins.
  void override_with(const std::string& text, JobProblems& problems);

  toml::table& root() { return root_; }

  /// Notes a problem at the place of `node`, or of the key that it belongs to.
  void complain(const toml::node& node, const std::string& what, JobProblems& problems) const;
  void complain_of_key(const toml::key& key, const toml::node& node, const std::string& what,
                       JobProblems& problems) const;

 private:
  std::string where(const toml::source_position& at) const;
  void complain_at(const toml::source_region& place, const toml::node& node, const std::string& what,
                   JobProblems& problems) const;
  toml::table& step_into(toml::table& table, const std::string& key, const std::string& origin);

  std::string path_;
  toml::table root_;
  bool whole_ = true;
  std::map<const toml::node*, std::string> overridden_;  ///< "--set run.threads=x" of the nodes that came that way
};

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/job_problems.hpp"
#include "driver/job_tree.hpp"

namespace scatterfold {

/// For people: "a table", "a text".
std::string_view kind_of(const toml::node& node);

/// Takes values out of the tree of a job file. What is wrong with one is noted at its place, and reading goes on.
class JobValues {
 public:
  using Set = std::function<void(const toml::node&)>;

  JobValues(JobTree& tree, JobProblems& problems) : tree_(tree), problems_(problems) {}

  void complain(const toml::node& node, const std::string& what) { tree_.complain(node, what, problems_); }
  void expect(const toml::node& node, std::string_view wanted);

  /// Runs what may throw UsageError for a value, and notes its text at the value's place.
  template <class Work>
  void attempt(const toml::node& node, Work work) {
    try {
      work();
    } catch (const UsageError& error) {
      complain(node, error.what());
    }
  }

  /// What puts a node's value into `out`.
  Set text(std::string& out);
  Set truth(bool& out);
  template <class Integer>
  Set whole(Integer& out, std::int64_t least, std::int64_t most) {
    return [this, &out, least, most](const toml::node& node) {
      const auto value = whole_number(node);
      if (!value) return;
      if (*value < least || *value > most)
        return complain(node, fmt::format("{} is out of range: give {} to {}", *value, least, most));
      out = static_cast<Integer>(*value);
    };
  }

  template <class T>
  Set choice(T& out, std::vector<std::pair<std::string, T>> choices) {
    return [this, &out, choices = std::move(choices)](const toml::node& node) {
      std::vector<std::string> names;
      for (const auto& [name, value] : choices) names.push_back(name);
      const auto word = node.value_exact<std::string>();
      if (!word) return expect(node, fmt::format("one of \"{}\"", fmt::join(names, "\", \"")));
      for (const auto& [name, value] : choices) {
        if (name == *word) {
          out = value;
          return;
        }
      }
      const std::vector<std::string> near = near_names(*word, names, 1);
      complain(node, fmt::format("unknown value \"{}\"{}, known are {}", *word,
                                 near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near[0]),
                                 fmt::join(names, ", ")));
    };
  }

  /// A whole number, also written as a float64 without a fraction (1e6).
  std::optional<std::int64_t> whole_number(const toml::node& node);
  std::optional<double> real_number(const toml::node& node);

 protected:
  JobTree& tree_;
  JobProblems& problems_;
};

}  // namespace scatterfold

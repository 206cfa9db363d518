// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/unexpected_words.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

bool begins_a_negative_number(const std::string& text) {
  return (text[1] >= '0' && text[1] <= '9') || text[1] == '.' || text.compare(1, 3, "inf") == 0;
}

}  // namespace

void refuse_unknown_option(const CLI::App& command, const std::string& name, const std::vector<std::string>& words) {
  const auto word = std::find_if(words.begin(), words.end(),
                                 [](const std::string& w) { return w.size() > 1 && w[0] == '-' && w != "--"; });
  if (word == words.end()) return;
  const std::string option = word->substr(0, word->find('='));
  const std::string bare = option.substr(std::min(option.find_first_not_of('-'), option.size()));
  // Only names with the same first letter: "bin" is a part of "combine" too.
  std::vector<std::string> known;
  for (const CLI::Option* const one : command.get_options()) {
    for (const std::string& long_name : one->get_lnames()) {
      if (!bare.empty() && long_name[0] == bare[0]) known.push_back(long_name);
    }
  }
  const std::vector<std::string> near = near_names(bare, known, 1);
  throw UsageError(fmt::format("{} has no option {}: {}", name, printable(option, 100),
                               near.empty() ? "see scatterfold " + (name == "scatterfold" ? "" : name + " ") + "--help"
                                            : "did you mean --" + near[0] + "?"));
}

void refuse_options_as_values(CLI::App& command) {
  for (CLI::Option* const option : command.get_options()) {
    if (option->get_positional() || option->get_expected_max() == 0) continue;  // flags have no value
    const bool file = option->get_type_name().find("FILE") != std::string::npos ||
                      option->get_type_name().find("OUT") != std::string::npos;
    option->check([name = option->get_name(), file](const std::string& text) {
      if (text.size() > 1 && text[0] == '-' && (file || !begins_a_negative_number(text))) {
        throw UsageError(fmt::format("{} has no value, {} follows it: {}", name, printable(text, 100),
                                     file ? "name a file (./-x for one that begins with a dash)" : "give one"));
      }
      return std::string();
    });
  }
}

}  // namespace scatterfold

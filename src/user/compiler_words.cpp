// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/compiler_words.hpp"

#include <cxxabi.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <regex>
#include <sstream>
#include <vector>

#include "user/mistake.hpp"

namespace scatterfold {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// "--expr or --where", as far as they are given
std::string options_of(const UserCode& code) {
  std::vector<std::string> given;
  if (code.kernel.given()) given.emplace_back("--kernel");
  if (!code.value.empty()) given.emplace_back("--expr");
  if (!code.where.empty()) given.emplace_back("--where");
  return fmt::format("{}", fmt::join(given, " or "));
}

/// The column of the caret that NVRTC puts below a line, which it moves to the right by two; 0 where there is none.
std::size_t caret_after(std::vector<std::string>::const_iterator line, std::vector<std::string>::const_iterator end) {
  for (++line; line != end && line->starts_with(' '); ++line) {
    const std::size_t caret = line->find_first_not_of(" \t");
    if (caret >= 2 && line->substr(caret) == "^") return caret - 1;
  }
  return 0;
}

/// The name of a function from that in object code.
std::string as_written(const std::string& name) {
  if (!name.starts_with("_Z")) return name;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> found(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status),
                                                          std::free);
  return found ? found.get() : name;
}

}  // namespace

std::string first_line(const std::string& text) {
  return shown_in_terminal(text.substr(0, std::min<std::size_t>(text.find('\n'), 400)));
}

std::string first_mistake(const std::string& said, const UserCode& code) {
  static const std::regex mistake(
      R"(^(behind |call of )?(--kernel|--expr|--where|scatterfold)[:(](\d{1,6})(?:(?::(\d{1,6}))?|\)): (?:fatal )?error(?: #\S+)?: (.*)$)");
  static const std::regex ours(R"x(^static.assert.*failed.*?(?:: |")(--.*?)"?$)x");  // of user_unit_text
  static const std::regex undefined(R"(^.*(?:undefined reference to|Unresolved extern function) [`'](.*)'$)");
  static const std::regex room("scatterfold::user::|UserText::");
  const std::vector<std::string> lines = lines_of(said);
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    std::smatch found, inner;
    const std::string start = shown_in_terminal(line->substr(0, 400));  // regular expressions recurse
    if (std::regex_match(start, found, undefined)) {
      return fmt::format("{} is declared and nowhere defined ({}): give it a body",
                         std::regex_replace(as_written(found[1]), room, ""),
                         code.kernel.given() ? shown_in_terminal(code.kernel.path) : options_of(code));
    }
    if (!std::regex_match(start, found, mistake)) continue;
    const std::string where = found[1], option = found[2], words = std::regex_replace(found[5].str(), room, "");
    if (option == "scatterfold") {
      return std::regex_match(words, inner, ours) ? inner[1].str() : fmt::format("{}: {}", options_of(code), words);
    }
    const std::string name = option == "--kernel" ? shown_in_terminal(code.kernel.path) : option;
    if (where == "behind ") return fmt::format("{} ends too early: {}", name, words);
    if (where == "call of ") return fmt::format("{}:{}: {}", name, found[3].str(), words);
    const std::size_t column = found[4].matched ? std::stoul(found[4]) : caret_after(line, lines.end());
    return mistake_at(name, std::stoul(found[3]), column, words,
                      option == "--kernel" ? code.kernel.text
                      : option == "--expr" ? code.value
                                           : code.where);
  }
  return "";
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/compiler_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <vector>

namespace scatterfold {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Without what a terminal would take for a command.
std::string shown(std::string text) {
  for (char& c : text) {
    if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7f) c = '?';
  }
  return text;
}

/// As far to the right as the byte `column` of a line, counted from 1.
std::string caret_below(const std::string& line, std::size_t column) {
  std::string caret;
  for (std::size_t i = 0; i + 1 < column; ++i) {
    if ((static_cast<unsigned char>(line[i]) & 0xc0) != 0x80)
      caret += line[i] == '\t' ? '\t' : ' ';  // a letter of UTF-8
  }
  return caret + '^';
}

}  // namespace

std::string first_line(const std::string& text) {
  return shown(text.substr(0, std::min<std::size_t>(text.find('\n'), 400)));
}

std::string first_mistake(const std::string& said, const UserCode& code) {
  static const std::regex mistake(
      R"(^(behind )?(--expr|--where|scatterfold):(\d{1,6}):(\d{1,6}): (?:fatal )?error: (.*)$)");
  static const std::regex ours(R"x(^static.assert.*failed.*?(?:: |")(--.*?)"?$)x");  // of user_unit_text
  static const std::regex room("scatterfold::user::");
  for (const std::string& line : lines_of(said)) {
    std::smatch found, inner;
    const std::string start = shown(line.substr(0, 400));  // regular expressions recurse
    if (!std::regex_match(start, found, mistake)) continue;
    const std::string option = found[2], words = std::regex_replace(found[5].str(), room, "");
    if (found[1].matched) return fmt::format("{} ends too early: {}", option, words);
    if (option == "scatterfold") {
      return std::regex_match(words, inner, ours) ? inner[1].str() : fmt::format("--expr or --where: {}", words);
    }
    const std::size_t row = std::stoul(found[3]), column = std::stoul(found[4]);
    const std::vector<std::string> own = lines_of(option == "--expr" ? code.value : code.where);
    const bool fits =
        row >= 1 && row <= own.size() && column >= 1 && column <= std::min<std::size_t>(own[row - 1].size(), 120);
    const std::string below =
        fits ? "\n  " + shown(own[row - 1].substr(0, 200)) + "\n  " + caret_below(own[row - 1], column) : "";
    return fmt::format("{}:{}:{}: {}{}", option, row, column, words, below);
  }
  return "";
}

}  // namespace scatterfold

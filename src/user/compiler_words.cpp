// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/compiler_words.hpp"

#include <fmt/format.h>

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

}  // namespace

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string first_mistake(const std::string& said, const Expression& expression) {
  static const std::regex mistake(R"(^(behind )?(--expr|--where|scatterfold):(\d+):(\d+): (?:fatal )?error: (.*)$)");
  static const std::regex ours(R"x(^static.assert.*failed.*?(?:: |")(.*?)"?$)x");  // a static_assert of user_side.hpp
  static const std::regex room("scatterfold::user::");
  for (const std::string& line : lines_of(said)) {
    std::smatch found, inner;
    if (!std::regex_match(line, found, mistake)) continue;
    const std::string option = found[2], words = std::regex_replace(found[5].str(), room, "");
    if (found[1].matched) return fmt::format("{} ends too early: {}", option, words);
    if (option == "scatterfold") {
      return fmt::format("--expr: {}", std::regex_match(words, inner, ours) ? inner[1].str() : words);
    }
    const std::size_t row = std::stoul(found[3]), column = std::stoul(found[4]);
    const std::vector<std::string> own = lines_of(option == "--expr" ? expression.value : expression.where);
    const std::string shown = row <= own.size() ? fmt::format("\n  {}\n  {:>{}}", own[row - 1], "^", column) : "";
    return fmt::format("{}:{}:{}: {}{}", option, row, column, words, shown);
  }
  return "";
}

}  // namespace scatterfold

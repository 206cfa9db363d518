// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/job_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_shown = 60;

/// In our words what a part of the parser's means. The first that fits counts; {} is the line.
struct Wording {
  std::string_view said, ours;
};
constexpr Wording wordings[] = {
    {"utf-8", "bytes that are no UTF-8: save the file as UTF-8"},
    {"maximum nested", "lists nested too deeply: no key of a job takes more than a list"},
    {"table header", "no section ({}): write [input], [run], [[analysis]] or [output] on a line of its own"},
    {"expected '='", "no = behind a key ({}): write key = value"},
    {"expected value", "no value behind = ({}): give one, or leave the line out"},
    {"comment or whitespace", "something behind a value ({}): leave it out, or put all of the value in quotes"},
    {"escape sequence", "a backslash in a text ({}): write it twice, or put the text in single quotes"},
    {"parsing string", "a text without its closing quote ({}): add it"},
    {"leading zeroes", "a number that begins with 0 ({}): write it without"},
    {"64 bits", "a number past 64 bits ({}): give a smaller one"},
    {"could not be interpreted", "a number past float64 ({}): give a smaller one"},
    {"expected digit", "no number ({}): put what has a unit in quotes, as in memory = \"4GiB\""},
    {"parsing value", "no value ({}): put texts in quotes, as in mode = \"threads\""},
    {"parsing boolean", "no value ({}): put texts in quotes, or write true or false in small letters"},
};

/// "cannot redefine existing string 'file'" -> file.
std::string_view name_in_quotes(std::string_view said) {
  const std::size_t open = said.find('\''), close = said.find('\'', open + 1);
  return close == std::string_view::npos ? "a key" : said.substr(open + 1, close - open - 1);
}

}  // namespace

std::string syntax_problem(std::string_view said, std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  const std::string shown = printable(line, most_shown);
  if (said.find("redefine") != std::string_view::npos)
    return fmt::format("\"{}\" is given twice: keep one of them", printable(name_in_quotes(said), most_shown));
  const auto fits = [&](const Wording& wording) { return said.find(wording.said) != std::string_view::npos; };
  const Wording* const found = std::find_if(std::begin(wordings), std::end(wordings), fits);
  if (line.starts_with('[') && (found == std::end(wordings) || found->said != "table header"))
    return fmt::format("a list before {} has no end: add its ]", shown);
  if (found == std::end(wordings))
    return fmt::format("no TOML ({}): write [section] and key = value, with texts in quotes", shown);
  return fmt::format(fmt::runtime(found->ours), shown);
}

}  // namespace scatterfold

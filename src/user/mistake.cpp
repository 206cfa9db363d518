// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/mistake.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace scatterfold {
namespace {

/// A line counted from 1, without its end.
std::string_view line_of(std::string_view text, std::size_t row) {
  for (; row > 1; --row) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  const std::string_view line = text.substr(0, text.find('\n'));
  return line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0));
}

/// As far to the right as the byte `column` of a line, counted from 1.
std::string caret_below(std::string_view line, std::size_t column) {
  std::string caret;
  for (std::size_t i = 0; i + 1 < column; ++i) {
    if ((static_cast<unsigned char>(line[i]) & 0xc0) != 0x80)
      caret += line[i] == '\t' ? '\t' : ' ';  // a letter of UTF-8
  }
  return caret + '^';
}

}  // namespace

std::string shown_in_terminal(std::string text) {
  for (char& c : text) {
    if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7f) c = '?';
  }
  return text;
}

std::string mistake_at(const std::string& name, std::size_t row, std::size_t column, const std::string& words,
                       std::string_view text) {
  const std::string place = column > 0 ? fmt::format("{}:{}:{}", name, row, column) : fmt::format("{}:{}", name, row);
  const std::string what = fmt::format("{}: {}", place, words);
  const std::size_t rows = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  if (row < 1 || row > rows || text.empty()) return what;
  const std::string_view line = line_of(text, row);
  if (column < 1 || column > std::min<std::size_t>(line.size(), 120)) return what;
  return fmt::format("{}\n  {}\n  {}", what, shown_in_terminal(std::string(line.substr(0, 200))),
                     caret_below(line, column));
}

std::string mistake_at(const std::string& name, std::size_t at, const std::string& words, std::string_view text) {
  const std::string_view before = text.substr(0, at);
  const std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return mistake_at(name, static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1, at - begin + 1, words, text);
}

}  // namespace scatterfold

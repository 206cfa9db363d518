// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace scatterfold {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (c & 0x80) != 0;
}
bool goes_on_word(char c) { return begins_word(c) || is_digit(c); }

/// Walks over a text once.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<Token> scan() {
    while (at_ < text_.size()) step();
    return std::move(tokens_);
  }

 private:
  char here(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void step() {
    const char c = here();
    if (c == '\n') {
      line_begins_ = true;
      ++at_;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' || c == '\\') {
      ++at_;
    } else if (c == '/' && here(1) == '/') {
      at_ = end_of_line();
    } else if (c == '/' && here(1) == '*') {
      at_ = behind("*/", at_ + 2);
    } else if (c == '#' && line_begins_) {
      add(Token::Kind::directive, end_of_line());
    } else {
      line_begins_ = false;
      step_in_line(c);
    }
  }

  void step_in_line(char c) {
    if (begins_word(c)) return word();
    if (is_digit(c) || (c == '.' && is_digit(here(1)))) return add(Token::Kind::number, end_of_number());
    if (c == '"' || c == '\'') return add(Token::Kind::literal, end_of_quoted(at_));
    add(Token::Kind::sign, at_ + 1);
  }

  void word() {
    std::size_t end = at_;
    while (end < text_.size() && goes_on_word(text_[end])) ++end;
    const std::string_view name = text_.substr(at_, end - at_);
    const char next = end < text_.size() ? text_[end] : '\0';
    const bool raw = name == "R" || name == "LR" || name == "uR" || name == "UR" || name == "u8R";
    const bool prefix = name == "L" || name == "u" || name == "U" || name == "u8";
    if (raw && next == '"') return add(Token::Kind::literal, end_of_raw(end));
    if (prefix && (next == '"' || next == '\'')) return add(Token::Kind::literal, end_of_quoted(end));
    add(Token::Kind::word, end);
  }

  void add(Token::Kind kind, std::size_t end) {
    tokens_.push_back({kind, text_.substr(at_, end - at_), at_});
    at_ = end;
  }

  /// Of the last of the lines that a backslash joins.
  std::size_t end_of_line() const {
    std::size_t end = at_;
    while ((end = std::min(text_.find('\n', end), text_.size())) < text_.size()) {
      std::size_t last = end;
      while (last > at_ && text_[last - 1] == '\r') --last;
      if (last == at_ || text_[last - 1] != '\\') break;
      ++end;
    }
    return end;
  }

  std::size_t behind(std::string_view mark, std::size_t from) const {
    const std::size_t found = text_.find(mark, from);
    return found == std::string_view::npos ? text_.size() : found + mark.size();
  }

  std::size_t end_of_number() const {
    std::size_t end = at_;
    while (end < text_.size()) {
      const char c = text_[end], before = end > at_ ? text_[end - 1] : '\0';
      const bool sign = (c == '+' || c == '-') && (before == 'e' || before == 'E' || before == 'p' || before == 'P');
      const bool between = c == '\'' && end + 1 < text_.size() && goes_on_word(text_[end + 1]);
      if (!goes_on_word(c) && c != '.' && !sign && !between) break;
      ++end;
    }
    return end;
  }

  std::size_t end_of_quoted(std::size_t quote) const {
    std::size_t end = quote + 1;
    while (end < text_.size() && text_[end] != text_[quote] && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    return std::min(end + (end < text_.size() && text_[end] == '\n' ? 0 : 1), text_.size());
  }

  /// R"mark( ... )mark"
  std::size_t end_of_raw(std::size_t quote) const {
    const std::size_t open = text_.find('(', quote);
    if (open == std::string_view::npos) return text_.size();
    return behind(fmt::format("){}\"", text_.substr(quote + 1, open - quote - 1)), open);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool line_begins_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view text) { return Scanner(text).scan(); }

bool mentions(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::any_of(tokens_of(text), [&](const Token& token) {
    if (token.kind == Token::Kind::directive) return mentions(token.text.substr(1), words);
    return token.kind == Token::Kind::word && std::ranges::find(words, token.text) != words.end();
  });
}

bool mentions(std::string_view text, std::string_view word) { return mentions(text, std::span(&word, 1)); }

}  // namespace scatterfold

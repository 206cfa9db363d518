// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace scatterfold {

/// A piece of C++; signs are single characters, a directive is all of its line.
struct Token {
  enum class Kind { word, number, literal, sign, directive };
  Kind kind;
  std::string_view text;
  std::size_t at;  ///< where it begins

  bool is(std::string_view other) const { return kind != Kind::literal && text == other; }
};

/// The pieces of `text`, which outlives them, without its comments. What is not closed ends with its line, or with the
/// text; compilers tell of it.
std::vector<Token> tokens_of(std::string_view text);

/// Whether one of these words stands in `text`, as code, also in a macro's.
bool mentions(std::string_view text, std::span<const std::string_view> words);
bool mentions(std::string_view text, std::string_view word);

}  // namespace scatterfold

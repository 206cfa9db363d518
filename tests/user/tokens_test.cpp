// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/tokens.hpp"

#include <gtest/gtest.h>

#include <string>

namespace scatterfold {
namespace {

/// The pieces with a bar behind each.
std::string pieces(std::string_view text) {
  std::string all;
  for (const Token& token : tokens_of(text)) all += std::string(token.text) + "|";
  return all;
}

TEST(Tokens, are_the_pieces_of_cpp) {
  EXPECT_EQ(pieces("float f(float x) { return x+1; }"), "float|f|(|float|x|)|{|return|x|+|1|;|}|");
  EXPECT_EQ(pieces("0x1.8p-3+1'000u*.5e+2-1e5f"), "0x1.8p-3|+|1'000u|*|.5e+2|-|1e5f|");
  EXPECT_EQ(pieces(""), "");
  EXPECT_EQ(pieces("a::b.c"), "a|:|:|b|.|c|");
}

TEST(Tokens, leave_comments_out) {
  EXPECT_EQ(pieces("a // b { \n c /* d \n { */ e"), "a|c|e|");
  EXPECT_EQ(pieces("a // goes on \\\n b \n c"), "a|c|");
  EXPECT_EQ(pieces("a / b /* never closed"), "a|/|b|");
}

TEST(Tokens, keep_texts_whole) {
  EXPECT_EQ(pieces(R"(f("a // { \" b", '"', '\'', u8"x", L'{') )"),
            R"(f|(|"a // { \" b"|,|'"'|,|'\''|,|u8"x"|,|L'{'|)|)");
  EXPECT_EQ(pieces("R\"(a \" ) })\" b"), "R\"(a \" ) })\"|b|");
  EXPECT_EQ(pieces("u8R\"mark(a )\" { )mark\" b"), "u8R\"mark(a )\" { )mark\"|b|");
  EXPECT_EQ(pieces("\"not closed\n b"), "\"not closed|b|");
  EXPECT_EQ(pieces("\"ends\\"), "\"ends\\|");
}

TEST(Tokens, take_a_directive_with_all_its_lines) {
  EXPECT_EQ(pieces("#define TWICE(x) \\\n  ((x) + (x))\nint a;"), "#define TWICE(x) \\\n  ((x) + (x))|int|a|;|");
  EXPECT_EQ(pieces("  # include <cmath>\n"), "# include <cmath>|");
  EXPECT_EQ(pieces("a # b"), "a|#|b|") << "not where a line begins";
}

TEST(Tokens, find_words_as_code_only) {
  EXPECT_TRUE(mentions("1 + index()", "index"));
  EXPECT_TRUE(mentions("#define HERE index()", "index"));
  EXPECT_FALSE(mentions("my_index + \"index\" // index", "index"));
}

}  // namespace
}  // namespace scatterfold

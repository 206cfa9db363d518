// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/user_parameter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "user/embedded_headers.hpp"
#include "user/map_values.hpp"
#include "user/user_names.hpp"

/// Numbers that users name, and which names they have.
namespace scatterfold {
namespace {

UserParameter a_is(const std::string& number) { return parse_user_parameter(std::string("a=").append(number)); }
std::int64_t whole(const std::string& text) { return std::get<std::int64_t>(a_is(text).value); }
double real(const std::string& text) { return std::get<double>(a_is(text).value); }

std::string refusal_of(const std::string& text) {
  try {
    parse_user_parameter(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(UserParameter, is_whole_or_a_double) {
  EXPECT_EQ(whole("300"), 300);
  EXPECT_EQ(whole("-007"), -7);
  EXPECT_EQ(whole("+0x1F"), 31);
  EXPECT_EQ(whole("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(whole("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(real("300.0"), 300);
  EXPECT_EQ(real("-.5"), -0.5);
  EXPECT_EQ(real("1e-3"), 1e-3);
  EXPECT_EQ(real("0x1.8p-3"), 0x1.8p-3);
  EXPECT_TRUE(std::signbit(real("-0.0")));
}

TEST(UserParameter, is_refused_where_it_is_no_number) {
  EXPECT_EQ(refusal_of("limit"), "--set limit has no number: write --set NAME=NUMBER");
  for (const char* text :
       {"", "x", "1 ", " 1", "1,5", "--1", "+-1", "nan", "inf", "1e999", "0x", "1.5f", "300K", "1=2"}) {
    EXPECT_EQ(refusal_of(std::string("a=").append(text)).substr(0, 21), "--set a is no number ") << text;
  }
  EXPECT_EQ(refusal_of("a=9223372036854775808"),
            "--set a is no number (\"9223372036854775808\"): give at most 64 bits, or a point behind it for a double");
  EXPECT_EQ(refusal_of("a=\x1b[31m").find('\x1b'), std::string::npos);
}

TEST(UserParameter, is_refused_where_the_name_is_not_free) {
  EXPECT_EQ(refusal_of("float=1"), "--set cannot give a number to float (a word of C++): choose another name");
  EXPECT_EQ(refusal_of("exp=1"),
            "--set cannot give a number to exp (a function that kernels have): choose another name");
  EXPECT_NE(refusal_of("uniform=1"), "");
  EXPECT_NE(refusal_of("KERNEL=1"), "");
  for (const char* name : {"", "1a", "a-b", "a b", "\xc3\xa4", "a::b"})
    EXPECT_NE(refusal_of(std::string(name).append("=1")), "");
  std::vector<UserParameter> all;
  add_user_parameter(all, {"a", 1.0});
  EXPECT_THROW(add_user_parameter(all, {"a", 2.0}), UsageError);
  EXPECT_THROW(add_user_parameter(all, {"b", std::nan("")}), UsageError);
  EXPECT_EQ(all.size(), 1u);
}

TEST(UserParameter, is_the_same_number_in_code) {
  for (const char* text : {"-9223372036854775808", "9223372036854775807", "0", "-1"}) {
    const UserCode code{"a", "", {}, {a_is(text)}};
    EXPECT_EQ(map_values<std::int64_t>(code, 1, {}, Elements<float>{"x", {1}})[0], whole(text));
  }
  for (const char* text : {"0.1", "-1e308", "5e-324", "-0.0"}) {
    const UserCode code{"a", "", {}, {a_is(text)}};
    const double found = map_values<double>(code, 1, {}, Elements<float>{"x", {1}})[0];
    EXPECT_EQ(found, real(text));
    EXPECT_EQ(std::signbit(found), std::signbit(real(text)));
  }
}

TEST(UserNames, are_those_that_code_is_compiled_with) {
  std::string headers;
  for (const std::string_view text : user_headers()) headers += text;
  for (const auto names : {user_functions(), place_functions()}) {
    for (const std::string_view name : names) {
      EXPECT_TRUE(headers.find(std::string(" ").append(name).append("(")) != std::string::npos) << name;
    }
  }
  EXPECT_TRUE(is_cpp_keyword("co_await") && is_cpp_keyword("constexpr") && !is_cpp_keyword("KERNEL"));
}

}  // namespace
}  // namespace scatterfold

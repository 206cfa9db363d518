// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/user_names.hpp"

#include <algorithm>

namespace scatterfold {
namespace {

constexpr std::string_view keywords[] = {
    "alignas",     "alignof",  "and",        "and_eq",    "asm",       "auto",         "bitand",
    "bitor",       "bool",     "break",      "case",      "catch",     "char",         "char8_t",
    "char16_t",    "char32_t", "class",      "co_await",  "co_return", "co_yield",     "compl",
    "concept",     "const",    "const_cast", "consteval", "constexpr", "constinit",    "continue",
    "decltype",    "default",  "delete",     "do",        "double",    "dynamic_cast", "else",
    "enum",        "explicit", "export",     "extern",    "false",     "float",        "for",
    "friend",      "goto",     "if",         "inline",    "int",       "long",         "mutable",
    "namespace",   "new",      "noexcept",   "not",       "not_eq",    "nullptr",      "operator",
    "or",          "or_eq",    "private",    "protected", "public",    "register",     "reinterpret_cast",
    "requires",    "return",   "short",      "signed",    "sizeof",    "static",       "static_assert",
    "static_cast", "struct",   "switch",     "template",  "this",      "thread_local", "throw",
    "true",        "try",      "typedef",    "typeid",    "typename",  "union",        "unsigned",
    "using",       "virtual",  "void",       "volatile",  "wchar_t",   "while",        "xor",
    "xor_eq"};

constexpr std::string_view functions[] = {
    "sqrt",  "exp",  "exp2", "expm1", "log",   "log2", "log10", "log1p", "pow", "cbrt",  "hypot",    "sin",   "cos",
    "tan",   "asin", "acos", "atan",  "atan2", "sinh", "cosh",  "tanh",  "erf", "erfc",  "floor",    "ceil",  "round",
    "trunc", "fabs", "fmod", "fmin",  "fmax",  "fma",  "abs",   "min",   "max", "isnan", "isfinite", "to_int"};

// The last two are the random ones.
constexpr std::string_view of_place[] = {"index", "coordinate", "extent", "dimensions", "uniform", "normal"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}
bool is_letter_or_digit(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

}  // namespace

bool is_cpp_keyword(std::string_view word) { return std::ranges::find(keywords, word) != std::end(keywords); }

bool is_cpp_name(std::string_view text) {
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, is_letter_or_digit);
}

std::span<const std::string_view> user_functions() { return functions; }
std::span<const std::string_view> place_functions() { return of_place; }
std::span<const std::string_view> random_functions() { return std::span(of_place).last(2); }

std::string_view why_no_name(std::string_view text) {
  if (!is_cpp_name(text)) return "names have letters, digits and underscores, and begin with a letter";
  if (is_cpp_keyword(text) || text == "KERNEL") return "a word of C++";
  if (contains(functions, text) || contains(of_place, text)) return "a function that kernels have";
  return "";
}

}  // namespace scatterfold

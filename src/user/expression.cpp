// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/expression.hpp"

#include <fmt/format.h>

#include "user/embedded_headers.hpp"

namespace scatterfold {
namespace {

const char* c_name_of(ElementType type) {
  switch (type) {
    case ElementType::int8: return "signed char";
    case ElementType::uint8: return "unsigned char";
    case ElementType::int16: return "short";
    case ElementType::uint16: return "unsigned short";
    case ElementType::int32: return "int";
    case ElementType::uint32: return "unsigned int";
    case ElementType::int64: return "long long";
    case ElementType::uint64: return "unsigned long long";
    case ElementType::float16:  // decoded before
    case ElementType::float32: return "float";
    case ElementType::float64: break;
  }
  return "double";
}

/// A function of the element, with the user's words on lines of their own.
std::string function_text(const char* name, const char* option, const std::string& words) {
  return fmt::format(
      "[[gnu::always_inline]] inline auto {}(const Element x) {{\n"
      "  return (\n"
      "#line 1 \"{}\"\n"
      "{}\n"
      "#line 1 \"behind {}\"\n"
      "  );\n"
      "}}\n"
      "#line 1 \"scatterfold\"\n",
      name, option, words, option);
}

}  // namespace

std::string expression_text(const Expression& expression, ElementType element) {
  std::string text = "#line 1 \"scatterfold\"\n";
  for (const std::string_view header : user_headers()) text.append(header);
  text += fmt::format("namespace scatterfold::user {{\nusing Element = {};\n", c_name_of(element));
  text += function_text("value_of", "--expr", expression.value.empty() ? "x" : expression.value);
  text += function_text("is_wanted", "--where", expression.where.empty() ? "true" : expression.where);
  text += fmt::format(
      "}}\n"
      "extern \"C\" const int {} = "
      "scatterfold::user::type_number<decltype(scatterfold::user::value_of(scatterfold::user::Element{{}}))>();\n"
      "extern \"C\" long long {}(const void* elements, long long count, const unsigned long long* mark,\n"
      "                          bool nan_is_missing, unsigned long long missing, void* values) {{\n"
      "  using namespace scatterfold::user;\n"
      "  static_assert(is_number<decltype(is_wanted(Element{{}}))>, \"--where: must be true or false\");\n"
      "  return map_elements([](Element x) {{ return value_of(x); }}, [](Element x) {{ return is_wanted(x) ? true : "
      "false; }},\n"
      "                      static_cast<const Element*>(elements), count, mark, nan_is_missing, missing, values);\n"
      "}}\n",
      user_type_name, user_map_name);
  return text;
}

}  // namespace scatterfold

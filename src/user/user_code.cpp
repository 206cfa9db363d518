// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/user_code.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

/// "const float x, const double t"
std::string parameters_text(const std::vector<UserInput>& inputs) {
  std::vector<std::string> all;
  for (const UserInput& input : inputs) all.push_back(fmt::format("const {} {}", c_name_of(input.type), input.name));
  return fmt::format("{}", fmt::join(all, ", "));
}

/// A function of the elements, with the user's words on lines of their own.
std::string function_text(const char* name, const char* option, const std::string& words,
                          const std::vector<UserInput>& inputs) {
  return fmt::format(
      "  [[gnu::always_inline]] inline auto {}({}) const {{\n"
      "  return (\n"
      "#line 1 \"{}\"\n"
      "{}\n"
      "#line 1 \"behind {}\"\n"
      "  );\n"
      "  }}\n"
      "#line 1 \"scatterfold\"\n",
      name, parameters_text(inputs), option, words, option);
}

/// The function that computes some elements, and the type of its values.
std::string map_text(const std::vector<UserInput>& inputs) {
  std::vector<std::string> samples, elements, missing;
  std::string pointers;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const char* const type = c_name_of(inputs[k].type);
    samples.push_back(fmt::format("static_cast<{}>(0)", type));
    elements.push_back(fmt::format("in{}[i]", k));
    missing.push_back(fmt::format("missing{}(in{}[i]) | ", k, k));
    pointers += fmt::format(
        "  const {0}* const in{1} = static_cast<const {0}*>(call.inputs[{1}]);\n"
        "  const Missing<{0}> missing{1}(call.rules[{1}]);\n",
        type, k);
  }
  return fmt::format(
      "using Value = decltype(Code{{}}.value_of({samples}));\n"
      "static_assert(is_number<decltype(Code{{}}.is_wanted({samples}))>, \"--where: must be true or false\");\n"
      "}}\n"
      "extern \"C\" const int {type_name} = scatterfold::user::type_number<scatterfold::user::Value>();\n"
      "extern \"C\" long long {map_name}(const scatterfold::user::UserCall& call) {{\n"
      "  using namespace scatterfold::user;\n"
      "{pointers}"
      "  return map_elements<Value>(\n"
      "      call, [=](long long i) {{ return Code{{}}.value_of({elements}); }},\n"
      "      [=](long long i) {{ return {missing}!Code{{}}.is_wanted({elements}); }});\n"
      "}}\n",
      fmt::arg("samples", fmt::join(samples, ", ")), fmt::arg("elements", fmt::join(elements, ", ")),
      fmt::arg("missing", fmt::join(missing, "")), fmt::arg("pointers", pointers),
      fmt::arg("type_name", user_type_name), fmt::arg("map_name", user_map_name));
}

}  // namespace

std::string user_unit_text(const UserCode& code, const std::vector<UserInput>& inputs) {
  std::string text = "#line 1 \"scatterfold\"\n";
  for (const std::string_view header : user_headers()) text.append(header);
  text += "namespace scatterfold::user {\nstruct Code {\n";
  const std::string itself = inputs.empty() ? "" : inputs.front().name;
  text += function_text("value_of", "--expr", code.value.empty() ? itself : code.value, inputs);
  text += function_text("is_wanted", "--where", code.where.empty() ? "true" : code.where, inputs);
  return text + "};\n" + map_text(inputs);
}

}  // namespace scatterfold

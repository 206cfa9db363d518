// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/user_code.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

#include "user/bound_names.hpp"
#include "user/embedded_headers.hpp"
#include "user/kernel_text.hpp"
#include "user/tokens.hpp"
#include "user/user_names.hpp"
#include "user/user_parameter.hpp"

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

/// The numbers of --set that these words name.
std::string constants_text(const UserCode& code, std::string_view words) {
  std::string text;
  for (const UserParameter& parameter : code.parameters) {
    if (mentions(words, parameter.name)) text += fmt::format("  {}\n", constant_text(parameter));
  }
  return text;
}

/// A function of the elements.
std::string function_text(const char* name, const std::vector<UserInput>& inputs, const std::string& body) {
  return fmt::format(
      "  [[gnu::always_inline]] inline auto {}({}) {{\n"
      "{}"
      "  }}\n"
      "#line 1 \"scatterfold\"\n",
      name, parameters_text(inputs), body);
}

/// The value of the user's words, which have lines of their own.
std::string expression_text(const UserCode& code, const char* option, const std::string& words) {
  return constants_text(code, words) + fmt::format(
                                           "  return (\n"
                                           "#line 1 \"{}\"\n"
                                           "{}\n"
                                           "#line 1 \"behind {}\"\n"
                                           "  );\n",
                                           option, words, option);
}

/// The value of the user's function; what does not fit its arguments counts as a mistake in the line of its name.
std::string kernel_call_text(const UserCode& code, const KernelFunction& kernel) {
  std::vector<std::string> arguments;
  for (const KernelFunction::Parameter& parameter : kernel.parameters) {
    const bool number =
        std::ranges::find(code.parameters, parameter.name, &UserParameter::name) != code.parameters.end();
    // In braces a number that the parameter cannot hold is a mistake.
    arguments.push_back(number && !parameter.deduced ? fmt::format("{{{}}}", parameter.name) : parameter.name);
  }
  const auto end = code.kernel.text.begin() + static_cast<std::ptrdiff_t>(kernel.at);
  return constants_text(code, fmt::format("{}", fmt::join(arguments, " "))) +
         fmt::format(
             "#line {} \"call of --kernel\"\n"
             "  return this->{}({});\n"
             "#line 1 \"behind --kernel\"\n",
             std::count(code.kernel.text.begin(), end, '\n') + 1, kernel.name, fmt::join(arguments, ", "));
}

/// The first element, where the user says nothing of values.
std::string own_value_text(const std::vector<UserInput>& inputs) {
  return fmt::format("  return {};\n", inputs.empty() ? "0" : inputs.front().name);
}

/// What the loop over elements asks of the user's words for the i-th ones, as a function: `before` and the answer.
std::string loop_part_text(bool placed, const std::string& before, const char* function, const std::string& elements) {
  return fmt::format(
      "[=](long long i, Angles& angles) __attribute__((always_inline)) {{\n"
      "        UserText text;{}\n"
      "        text.scatterfold_angles.any = angles.any;\n"
      "        const auto answer = text.{}({});\n"
      "        angles.beyond |= text.scatterfold_angles.beyond;\n"
      "        return {}answer;\n"
      "      }}",
      placed ? " text.scatterfold_place = place_of(call, i);" : "", function, elements, before);
}

/// How the function that computes some elements begins and calls the loop over them.
std::string start_text(Processor processor, bool placed) {
  if (processor == Processor::gpu) {
    return fmt::format("extern \"C\" __global__ void {}(const scatterfold::user::DeviceCall given) {{\n",
                       user_map_name);
  }
  return fmt::format(
      "extern \"C\" const int {} = scatterfold::user::type_number<scatterfold::user::Value>();\n"
      "extern \"C\" const bool {} = {};\n"
      "extern \"C\" long long {}(const scatterfold::user::UserCall& given) {{\n",
      user_type_name, user_place_name, placed, user_map_name);
}

/// The function that computes some elements, and the type of its values.
std::string map_text(const UserCode& code, const std::vector<UserInput>& inputs, Processor processor) {
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
  const bool placed = uses_place(code);
  const std::string all_elements = fmt::format("{}", fmt::join(elements, ", "));
  return fmt::format(
      "using Value = decltype(UserText{{}}.scatterfold_value({samples}));\n"
      "static_assert(is_number<Value>, \"{option}: the value of an element must be a number\");\n"
      "static_assert(is_number<decltype(UserText{{}}.scatterfold_wanted({samples}))>,\n"
      "              \"--where: must be true or false\");\n"
      "}}\n"
      "{start}"
      "  using namespace scatterfold::user;\n"
      "  const auto call = given;\n"
      "{pointers}"
      "  return {loop}<Value>(\n"
      "      call, {value}, {left_out});\n"
      "}}\n",
      fmt::arg("samples", fmt::join(samples, ", ")), fmt::arg("pointers", pointers),
      fmt::arg("option", code.kernel.given() ? "--kernel" : "--expr"), fmt::arg("start", start_text(processor, placed)),
      fmt::arg("loop", processor == Processor::gpu ? "map_run" : "map_elements"),
      fmt::arg("value", loop_part_text(placed, "", "scatterfold_value", all_elements)),
      fmt::arg("left_out",
               loop_part_text(placed, fmt::format("{}!", fmt::join(missing, "")), "scatterfold_wanted", all_elements)));
}

bool mentions_any(const UserCode& code, std::span<const std::string_view> names) {
  return mentions(code.kernel.text, names) || mentions(code.value, names) || mentions(code.where, names);
}

}  // namespace

bool uses_place(const UserCode& code) { return mentions_any(code, place_functions()); }

bool uses_random_numbers(const UserCode& code) { return mentions_any(code, random_functions()); }

std::string user_unit_text(const UserCode& code, const std::vector<UserInput>& inputs, Processor processor) {
  std::optional<KernelText> kernels;
  if (code.kernel.given()) kernels = read_kernel_text(code.kernel);
  const KernelFunction* const kernel = kernels ? &chosen_kernel(code.kernel, *kernels) : nullptr;
  check_names(code, inputs, kernel);

  std::string text = "#line 1 \"scatterfold\"\n";
  for (const std::string_view header : user_headers()) text.append(header);
  if (processor == Processor::gpu) {
    for (const std::string_view header : device_headers()) text.append(header);
  }
  // A place that nobody filled in must not be asked for in a way that was not noticed.
  text += fmt::format(
      "#define KERNEL [[gnu::always_inline]] inline\nnamespace scatterfold::user {{\nstruct UserText : "
      "{}AngleFunctions "
      "{{\n",
      uses_place(code) ? "PlaceFunctions, " : "");
  if (kernels) text += fmt::format("#line 1 \"--kernel\"\n{}\n#line 1 \"scatterfold\"\n", kernels->as_members);
  text += function_text("scatterfold_value", inputs,
                        kernel != nullptr     ? kernel_call_text(code, *kernel)
                        : !code.value.empty() ? expression_text(code, "--expr", code.value)
                                              : own_value_text(inputs));
  text += function_text("scatterfold_wanted", inputs,
                        code.where.empty() ? "  return true;\n" : expression_text(code, "--where", code.where));
  return text + "};\n" + map_text(code, inputs, processor);
}

}  // namespace scatterfold

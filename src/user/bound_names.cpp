// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/bound_names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "user/mistake.hpp"
#include "user/tokens.hpp"

namespace scatterfold {
namespace {

using Names = std::vector<std::string>;

template <class All>
Names names_of(const All& all) {
  Names names;
  for (const auto& one : all) names.push_back(one.name);
  return names;
}

bool contains(const Names& names, const std::string& name) { return std::ranges::find(names, name) != names.end(); }

std::string guess(const std::string& name, const Names& names) {
  const Names near = near_names(name, names, 1);
  return near.empty() ? "" : fmt::format("did you mean {}? ", near[0]);
}

void check_arguments(const UserCode& code, const Names& inputs, const Names& numbers, const KernelFunction& kernel) {
  Names all = inputs;
  all.insert(all.end(), numbers.begin(), numbers.end());
  for (const KernelFunction::Parameter& argument : kernel.parameters) {
    if (contains(all, argument.name)) continue;
    const std::string words = fmt::format(
        "nothing is called {}: {}give it with --set {}=NUMBER, or rename it (there {}{}{})", argument.name,
        guess(argument.name, all), argument.name,
        inputs.empty()       ? "is no input"
        : inputs.size() == 1 ? "is the input "
                             : "are the inputs ",
        fmt::join(inputs, ", "), numbers.empty() ? "" : fmt::format("; --set gives {}", fmt::join(numbers, ", ")));
    throw UsageError(mistake_at(shown_in_terminal(code.kernel.path), argument.at, words, code.kernel.text));
  }
}

}  // namespace

void check_names(const UserCode& code, const std::vector<UserInput>& inputs, const KernelFunction* kernel) {
  const Names input_names = names_of(inputs), numbers = names_of(code.parameters);
  const Names arguments = kernel != nullptr ? names_of(kernel->parameters) : Names();
  for (const std::string& name : numbers) {
    if (contains(input_names, name))
      throw UsageError(fmt::format("--set {} has the name of an input: choose another name", name));
    if (contains(arguments, name) || mentions(code.value, name) || mentions(code.where, name)) continue;
    throw UsageError(fmt::format("nothing uses --set {}: {}{}", name, guess(name, arguments),
                                 kernel == nullptr ? "leave it out"
                                 : arguments.empty()
                                     ? fmt::format("{} takes nothing", kernel->name)
                                     : fmt::format("{} takes {}", kernel->name, fmt::join(arguments, ", "))));
  }
  if (kernel != nullptr) check_arguments(code, input_names, numbers, *kernel);
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/array_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "io/copied_variable.hpp"
#include "io/input_file.hpp"

namespace scatterfold {

bool ArrayPlan::is_taken(const ArrayLayout& layout, const std::string& name) const {
  const auto is_name = [&name](const auto& named) { return named.name == name; };
  const auto is_root_name = [&name](const ArrayVariable& variable) {
    return (variable.group.empty() ? variable.name : variable.group.substr(0, variable.group.find('/'))) == name;
  };
  return name == "provenance" || std::any_of(dimensions.begin(), dimensions.end(), is_name) ||
         std::any_of(variables.begin(), variables.end(), is_name) ||
         std::any_of(layout.variables.begin(), layout.variables.end(), is_root_name);
}

std::string ArrayPlan::free_name(const ArrayLayout& layout, const std::string& name) const {
  std::string unique = name;
  for (int i = 2; is_taken(layout, unique); ++i) unique = fmt::format("{}_{}", name, i);
  return unique;
}

std::size_t ArrayPlan::bare_dimension(const ArrayLayout& layout, const std::string& name, std::int64_t length) {
  for (std::size_t d = layout.dimensions.size(); d < dimensions.size(); ++d) {
    if (dimensions[d].name == name && dimensions[d].length == length) return d;
  }
  dimensions.push_back({free_name(layout, name), length});
  return dimensions.size() - 1;
}

void plan_file_attributes(const ArrayLayout& layout, ArrayPlan& plan) {
  // What we write ourselves, here or later.
  static const std::set<std::string> ours{"history", "complete", "result_digest"};
  std::string history = layout.history;
  bool has_conventions = false;
  if (!layout.source_file.empty()) {
    const FileHandle file = open_input_file(layout.source_file);
    for (NamedValues& attribute : copied_attributes(file.get())) {
      has_conventions = has_conventions || attribute.name == "Conventions";
      if (attribute.name == "history") {
        const std::string before = attribute.values.as_text().value_or("");
        history += (history.empty() || before.empty() ? "" : "\n") + before;
      }
      if (!ours.contains(attribute.name)) plan.file_attributes.push_back(std::move(attribute));
    }
  }
  if (!has_conventions) plan.file_attributes.push_back({"Conventions", RawValues::text("CF-1.8")});
  if (!history.empty()) plan.file_attributes.push_back({"history", RawValues::text(history)});
}

ArrayPlan plan_array_file(const ArrayLayout& layout) {
  ArrayPlan plan;
  for (const ArrayDimension& dimension : layout.dimensions) {
    plan.dimensions.push_back({dimension.name, dimension.length});
  }
  plan.attributes.resize(layout.variables.size());
  plan_coordinates(layout, plan);
  plan_related(layout, plan);
  plan_file_attributes(layout, plan);
  return plan;
}

}  // namespace scatterfold

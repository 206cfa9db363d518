// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "io/array_plan.hpp"
#include "io/copied_variable.hpp"
#include "io/dataset_path.hpp"
#include "io/printable.hpp"

/// The coordinates of the dimensions of an array file, and their bounds.
namespace scatterfold {
namespace {

void set_text(std::vector<NamedValues>& attributes, const std::string& name, const std::string& text) {
  std::erase_if(attributes, [&name](const NamedValues& attribute) { return attribute.name == name; });
  if (!text.empty()) attributes.push_back({name, RawValues::text(text)});
}

/// Bounds of the coordinate of `dimension`, which the input calls `name`; gives their name in the output, empty where
/// there are none.
std::string plan_copied_bounds(const ArrayLayout& layout, ArrayPlan& plan, std::size_t dimension,
                               const std::string& name) {
  std::optional<CopiedVariable> bounds = read_bounds(layout.dimensions[dimension].copied, name);
  if (!bounds) return {};
  NetcdfVariable variable{plan.free_name(layout, base_name(name)), {dimension}, {}, std::move(bounds->attributes)};
  for (std::size_t i = 1; i < bounds->values.shape().size(); ++i) {
    const std::string& corners = bounds->dimension_names[i];
    variable.dimensions.push_back(
        plan.bare_dimension(layout, corners.empty() ? "nv" : corners, bounds->values.shape()[i]));
  }
  variable.values = std::move(bounds->values);
  plan.variables.push_back(std::move(variable));
  return plan.variables.back().name;
}

void plan_copied(const ArrayLayout& layout, ArrayPlan& plan, std::size_t d) {
  const ArrayDimension& dimension = layout.dimensions[d];
  std::optional<CopiedVariable> coordinate = read_coordinate(dimension.copied);
  if (!coordinate) return;
  if (coordinate->values.shape()[0] != dimension.length) {
    throw Error(ExitCode::internal,
                fmt::format("coordinate {} has {} values and its dimension {}", printable(dimension.name),
                            coordinate->values.shape()[0], dimension.length));
  }
  for (const std::string kind : {"bounds", "climatology"}) {
    const std::string name = text_of(coordinate->attributes, kind);
    if (!name.empty()) set_text(coordinate->attributes, kind, plan_copied_bounds(layout, plan, d, name));
  }
  plan.variables.push_back({dimension.name, {d}, std::move(coordinate->values), std::move(coordinate->attributes)});
}

void plan_own(const ArrayLayout& layout, ArrayPlan& plan, std::size_t d) {
  const ArrayDimension& dimension = layout.dimensions[d];
  std::vector<NamedValues> attributes;
  for (const auto& [name, text] : dimension.attributes) set_text(attributes, name, text);
  if (!dimension.bounds.empty()) {
    const std::string name = plan.free_name(layout, dimension.name + "_bnds");
    const std::size_t corners = plan.bare_dimension(layout, "nv", 2);
    // The edges of whole numbers need not be whole.
    const ElementType type = is_float(dimension.values_type) ? dimension.values_type : ElementType::float64;
    plan.variables.push_back(
        {name, {d, corners}, RawValues::numbers(type, dimension.bounds, {dimension.length, 2}), {}});
    set_text(attributes, "bounds", name);
  }
  plan.variables.push_back({dimension.name,
                            {d},
                            RawValues::numbers(dimension.values_type, dimension.values, {dimension.length}),
                            std::move(attributes)});
}

}  // namespace

void plan_coordinates(const ArrayLayout& layout, ArrayPlan& plan) {
  for (std::size_t d = 0; d < layout.dimensions.size(); ++d) {
    const ArrayDimension& dimension = layout.dimensions[d];
    if (!dimension.values.empty()) {
      plan_own(layout, plan, d);
    } else {
      plan_copied(layout, plan, d);
    }
  }
}

}  // namespace scatterfold

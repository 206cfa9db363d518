// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "io/array_file.hpp"
#include "io/netcdf_writer.hpp"

namespace scatterfold {

/// What an array file holds beside the arrays, read from the inputs before the file is made.
/// The caller holds `hdf5_mutex()` while one lives.
struct ArrayPlan {
  std::vector<NetcdfDimension> dimensions;           ///< the layout's, then those that only bounds have
  std::vector<NetcdfVariable> variables;             ///< coordinates, bounds, auxiliary coordinates, grid mapping
  std::vector<std::vector<NamedValues>> attributes;  ///< per variable of the layout: those that refer to the above
  std::vector<NamedValues> file_attributes;

  /// Whether the root has, or will have, something of that name.
  bool is_taken(const ArrayLayout& layout, const std::string& name) const;
  std::string free_name(const ArrayLayout& layout, const std::string& name) const;

  /// A dimension that no array has, such as the corners of cells: one of that name and length, made where there is
  /// none.
  std::size_t bare_dimension(const ArrayLayout& layout, const std::string& name, std::int64_t length);
};

/// Errors: InputError.
ArrayPlan plan_array_file(const ArrayLayout& layout);

/// The parts of the plan, in this order: a coordinate and its bounds per dimension; what the attributes `coordinates`
/// and `grid_mapping` of the source name; the source's global attributes with our history.
void plan_coordinates(const ArrayLayout& layout, ArrayPlan& plan);
void plan_related(const ArrayLayout& layout, ArrayPlan& plan);
void plan_file_attributes(const ArrayLayout& layout, ArrayPlan& plan);

}  // namespace scatterfold

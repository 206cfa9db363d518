// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/array_file.hpp"
#include "io/netcdf_writer.hpp"

namespace scatterfold {

/// A variable of an input as it goes to the output. The caller holds `hdf5_mutex()` while one lives.
struct CopiedVariable {
  RawValues values;                          ///< their shape is the variable's
  std::vector<std::string> dimension_names;  ///< "" where there is none
  std::vector<NamedValues> attributes;       ///< without bookkeeping, and without what cannot be copied
};

/// The dataset that `name` means where `path` mentions it: in the same group, else in the nearest one around it; empty
/// where there is none.
std::string find_variable(hid_t file, const std::string& path, const std::string& name);

/// All attributes of `object` but bookkeeping and kinds that cannot be copied (references, compounds, ...).
std::vector<NamedValues> copied_attributes(hid_t object);

/// Reads the part `slab` of a dataset. Nothing where its kind cannot be copied. Errors: InputError.
std::optional<CopiedVariable> read_copied(hid_t file, const std::string& file_name, const std::string& path,
                                          const Hyperslab& slab);

/// The pieces of a coordinate, joined. Nothing where it is no coordinate.
/// Errors: InputError where a file lacks it, or where type, units or calendar differ, naming both files.
std::optional<CopiedVariable> read_coordinate(const std::vector<CoordinatePiece>& pieces);

/// The bounds of that coordinate, called `name` there: the same part of the first dimension, the others whole. Nothing
/// where the first file has none that fit. Errors: as read_coordinate.
std::optional<CopiedVariable> read_bounds(const std::vector<CoordinatePiece>& pieces, const std::string& name);

/// The text of an attribute in this list; empty where there is none. Padding at its end is cut.
std::string text_of(const std::vector<NamedValues>& attributes, const std::string& name);

}  // namespace scatterfold

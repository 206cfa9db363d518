// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace scatterfold {

struct DatasetInfo;

/// Where the file of `info` has the coordinate of dimension `d`: the dimension scale attached to it, where that is
/// one-dimensional, numeric and more than netCDF's stand-in for a dimension without a variable; else a numeric dataset
/// of the dimension's name and length in the same group or one above. Nothing where there is none.
/// Errors: InputError where the file cannot be opened.
std::optional<std::string> coordinate_path(const DatasetInfo& info, std::size_t d);

/// The dataset that `name` means to one at `path`, as netCDF looks for it: in the same group, else in the groups
/// above; a name that begins with / is a path.
/// Errors: InputError where the file cannot be opened.
std::optional<std::string> dataset_in_scope(const std::string& file, const std::string& path, const std::string& name);

/// The text attributes `names` of a dataset, in that order, "" where there is none.
/// Errors: InputError where the file or the dataset cannot be opened.
std::vector<std::string> text_attributes(const std::string& file, const std::string& path,
                                         const std::vector<std::string>& names);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "io/handle.hpp"

namespace scatterfold {

/// "entry//data/" -> "/entry/data".
std::string normal_path(const std::string& path);

/// The last name: "/entry/data" -> "data".
std::string base_name(const std::string& path);

/// Opens the dataset `path` of an open file. Errors: InputError, one line each, when there is none of that name (near
/// names listed), it is a group, a link leads nowhere, or no name is given (the file's datasets are listed).
/// The caller holds `hdf5_mutex()`.
DatasetHandle open_dataset_path(hid_t file, const std::string& file_name, const std::string& path);

/// The same of a group; `path` is a normal one.
GroupHandle open_group_path(hid_t file, const std::string& file_name, const std::string& path);

}  // namespace scatterfold

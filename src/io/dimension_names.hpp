// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include <hdf5.h>

namespace scatterfold {

/// The names of a dataset's `rank` dimensions, "" where there is none: of the dimension scale attached to it (netCDF's
/// dimension), else its HDF5 label, else, for a dataset that is itself a scale, its own name. The high-level library's
/// H5DS functions are not needed. The caller holds `hdf5_mutex()`.
std::vector<std::string> dimension_names(hid_t dataset, const std::string& path, std::size_t rank);

/// The path of the first dimension scale attached to each of a dataset's `rank` dimensions, "" where there is none.
/// The caller holds `hdf5_mutex()`.
std::vector<std::string> dimension_scale_paths(hid_t dataset, std::size_t rank);

/// What the NAME of a netCDF dimension without a variable begins with; its length follows, in ten places. It is kept as
/// a dataset that was never written.
inline constexpr const char* bare_dimension_name = "This is a netCDF dimension but not a netCDF variable";
bool is_bare_dimension(hid_t dataset);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fold/result.hpp"

namespace scatterfold {

/// The bytes of an HDF5 file that holds results: one group per result (its name), one dataset per field, in their
/// order; those of a named group of results in an HDF5 group of that name. An Int128 is stored as int64 where it fits,
/// else as uint64, else as decimal text. Errors: OutputError. The caller holds `hdf5_mutex()`, here and below.
std::vector<char> make_result_image(const std::vector<ResultGroup>& groups, const std::string& digest,
                                    const std::string& history,
                                    const std::vector<std::pair<std::string, std::string>>& provenance);

/// Opens the bytes of the file `path` with HDF5 and compares every field, bit for bit. Errors: OutputError.
void verify_result_image(std::vector<char> image, const std::string& path, const std::vector<ResultGroup>& groups,
                         const std::string& digest);

}  // namespace scatterfold

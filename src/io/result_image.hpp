// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fold/result.hpp"

namespace scatterfold {

/// The bytes of an HDF5 file that holds `results`: one group per result (its name), one dataset per field, in their
/// order. An Int128 is stored as int64 where it fits, else as uint64, else as decimal text.
/// Errors: OutputError. The caller holds `hdf5_mutex()`, here and below.
std::vector<char> make_result_image(const std::vector<Result>& results, const std::string& digest,
                                    const std::string& history,
                                    const std::vector<std::pair<std::string, std::string>>& provenance);

/// Opens the bytes of the file `path` with HDF5 and compares every field, bit for bit. Errors: OutputError.
void verify_result_image(std::vector<char> image, const std::string& path, const std::vector<Result>& results,
                         const std::string& digest);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// Both look from a forked child (`look_guarded`), so that a malformed file harms nobody: not for a process with MPI or
/// CUDA running.

/// The whole file for people: groups, datasets with type, shape, storage and size, attributes shortened, links. At most
/// 10,000 objects; then it says so. Errors: InputError as for opening.
std::string inspect_file(const std::string& file);

/// One dataset in full: type, shape, storage, filters, attributes, its netCDF-4 rules in words and how it will be read.
/// A dataset that cannot be folded is described too, with the reason. Errors: InputError as for opening.
std::string inspect_dataset(const std::string& file, const std::string& path);

}  // namespace scatterfold

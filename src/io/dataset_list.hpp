// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <hdf5.h>

namespace scatterfold {

/// The datasets of a file by path, each object once, in order of name.
struct DatasetList {
  std::vector<std::string> numeric;  ///< of a type that can be folded
  std::vector<std::string> other;    ///< strings, compounds, ...
  bool complete = true;              ///< false: the file has more than was looked at
};

inline constexpr std::size_t most_objects = 10'000;

/// Walks the hard links below the group `root` (named `prefix`: "" for the file's root, "/entry"), at most
/// `most_objects` of them. The caller holds `hdf5_mutex()`.
DatasetList list_datasets(hid_t root, const std::string& prefix);

}  // namespace scatterfold

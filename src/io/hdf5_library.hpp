// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

namespace scatterfold {

/// The HDF5 library that is loaded, which may be another than the one built with.
struct Hdf5Library {
  std::string version;  ///< "1.10.8", empty where it does not say
  bool threadsafe = false;
  std::vector<std::string> plugin_folders;  ///< where filters are looked for
};
Hdf5Library loaded_hdf5();

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/hdf5_library.hpp"

#include <hdf5.h>

#include "io/hdf5_lock.hpp"

namespace scatterfold {

Hdf5Library loaded_hdf5() {
  Hdf5Library library;
  const Hdf5Scope scope;
  unsigned major = 0, minor = 0, release = 0;
  if (H5get_libversion(&major, &minor, &release) >= 0) {
    library.version = std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(release);
  }
  hbool_t threadsafe = false;
  library.threadsafe = H5is_library_threadsafe(&threadsafe) >= 0 && threadsafe;
  unsigned folders = 0;
  if (H5PLsize(&folders) < 0) return library;
  for (unsigned i = 0; i < folders; ++i) {
    char folder[4096] = {};
    if (H5PLget(i, folder, sizeof folder) > 0) library.plugin_folders.emplace_back(folder);
  }
  return library;
}

}  // namespace scatterfold

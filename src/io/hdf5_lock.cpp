// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/hdf5_lock.hpp"

#include <hdf5.h>

namespace scatterfold {

std::mutex& hdf5_mutex() {
  static std::mutex mutex;
  return mutex;
}

Hdf5Scope::Hdf5Scope() : lock_(hdf5_mutex()) {
  // After a file could not be written out at its close, HDF5 1.10's cleanup at exit closes it again and crashes. Every
  // handle is closed by its owner here, so there is nothing left to clean. Has an effect before the first use only.
  static const int no_cleanup = H5dont_atexit();
  static_cast<void>(no_cleanup);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5Eclear2(H5E_DEFAULT);
}

}  // namespace scatterfold

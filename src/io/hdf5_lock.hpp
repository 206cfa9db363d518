// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <mutex>

namespace scatterfold {

/// HDF5 is used from one thread at a time in a process: whoever calls it holds this mutex. It is not recursive.
std::mutex& hdf5_mutex();

/// Holds `hdf5_mutex()` for a scope and keeps HDF5 from printing its errors there.
/// A threadsafe HDF5 has one error stack per thread, so silence is asked for on every thread.
class Hdf5Scope {
 public:
  Hdf5Scope();

 private:
  std::lock_guard<std::mutex> lock_;
};

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/dataset_place.hpp"

#include <hdf5.h>

#include "base/error.hpp"

namespace scatterfold::bench {

DatasetPlace dataset_place(const std::string& file, const std::string& dataset) {
  // A peer's start-up: identifiers are left to the end of the process.
  const hid_t opened = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t data = opened < 0 ? H5I_INVALID_HID : H5Dopen2(opened, dataset.c_str(), H5P_DEFAULT);
  const haddr_t offset = data < 0 ? HADDR_UNDEF : H5Dget_offset(data);
  if (offset == HADDR_UNDEF) throw InputError("no contiguous dataset " + dataset + " in " + file);
  return {static_cast<std::int64_t>(offset), static_cast<std::int64_t>(H5Dget_storage_size(data))};
}

}  // namespace scatterfold::bench

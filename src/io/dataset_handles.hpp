// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "io/dataset.hpp"
#include "io/handle.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {

/// What a Dataset keeps open.
struct Dataset::Handles {
  FileHandle file;
  StoredType type;
  DatasetHandle dataset;
  int descriptor = -1;  ///< the library's own, of the file that the dataset is in
  std::int64_t bytes_when_opened = 0;
};

}  // namespace scatterfold

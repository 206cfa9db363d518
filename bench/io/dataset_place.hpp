// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>

namespace scatterfold::bench {

/// Where the bytes of a contiguous dataset lie in its file.
struct DatasetPlace {
  std::int64_t offset, bytes;
};

/// Errors: InputError where the dataset is not contiguous or not there.
DatasetPlace dataset_place(const std::string& file, const std::string& dataset);

}  // namespace scatterfold::bench

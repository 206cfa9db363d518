// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "base/host_device.hpp"

namespace scatterfold::cuda {

/// Where the elements of positions lie in device memory: the r-th of position p is element
/// (p / inner) * outer_stride + p % inner + r * row_stride. Rows are cut into segments of `segment_rows`.
struct ColumnShape {
  std::int64_t positions, inner, outer_stride, row_stride, rows, segment_rows;

  SCATTERFOLD_HD std::int64_t segments() const { return rows == 0 ? 1 : (rows + segment_rows - 1) / segment_rows; }
  SCATTERFOLD_HD std::int64_t first_of(std::int64_t position) const {
    return position / inner * outer_stride + position % inner;
  }
};

}  // namespace scatterfold::cuda

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace scatterfold {

/// Copies an N-D array of elements of `size` bytes from one place to another; strides are in elements, `count` is
/// row-major. A stride of 0 in `from` is the same element again. Where neighbours lie apart on one side it goes tile by
/// tile, so that both sides stay in cache.
void copy_box(const std::vector<std::int64_t>& count, const std::byte* from,
              const std::vector<std::int64_t>& from_stride, std::byte* to, const std::vector<std::int64_t>& to_stride,
              std::int64_t size);

/// Strides of a dense row-major array.
std::vector<std::int64_t> dense_strides(const std::vector<std::int64_t>& count);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

namespace scatterfold {

/// Turns each of `count` elements of `size` bytes to the other byte order, in place. `data` needs no alignment.
void swap_bytes(void* data, std::int64_t count, std::int64_t size);

}  // namespace scatterfold

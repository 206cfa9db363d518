// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/element_type.hpp"

namespace scatterfold::bench {

/// The quickest plain sum we know how to write, compiled for this very processor: what reading the data costs. Floats
/// add in their own type; integers too, and wrap. `bytes` is a multiple of 1024. The answer only keeps the loop alive.
double sum_loop(ElementType type, const std::byte* data, std::int64_t bytes);

}  // namespace scatterfold::bench

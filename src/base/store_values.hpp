// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "base/element_type.hpp"

namespace scatterfold {

/// `count` values as they are stored, in native byte order: nearest, ties to even, rounded once; integers saturate, and
/// NaN becomes 0 in them; float overflow is infinity. `out` holds count * size_of(type) bytes and is aligned to the
/// type.
void store_values(const double* values, std::int64_t count, ElementType type, void* out);
void store_values(const std::int64_t* values, std::int64_t count, ElementType type, void* out);
void store_values(const std::uint64_t* values, std::int64_t count, ElementType type, void* out);

/// The first of `count` values that is finite and infinity in `type`, which is float16 or float32, or -1. `skipped` is
/// null or has a byte per value, not zero where the value does not matter.
std::int64_t first_overflow(const double* values, std::int64_t count, ElementType type, const std::uint8_t* skipped);
std::int64_t first_overflow(const std::int64_t* values, std::int64_t count, ElementType type,
                            const std::uint8_t* skipped);
std::int64_t first_overflow(const std::uint64_t* values, std::int64_t count, ElementType type,
                            const std::uint8_t* skipped);

}  // namespace scatterfold

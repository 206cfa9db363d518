// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace scatterfold {

/// Vectors of bytes start at 16 bytes; elements are read in registers of up to 64, and vectors that want them aligned
/// have so many more.
inline constexpr std::int64_t line_bytes = 64;

inline std::byte* aligned_to_line(std::vector<std::byte>& bytes) {
  const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
  return bytes.data() + (line_bytes - address % line_bytes) % line_bytes;
}

}  // namespace scatterfold

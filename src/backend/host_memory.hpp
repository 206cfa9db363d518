// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>
#include <cstdint>

#include "fold/geometry.hpp"

/// What the host's backends make of the memory that a process may use; also for telling before a run.
namespace scatterfold {

/// Threads that take part in a pass: no more than there are runs, and fewer where the tables are large, because every
/// thread counts into tables of its own.
inline int host_workers(int threads, std::int64_t memory_bytes, std::int64_t table_bytes, std::int64_t runs) {
  const std::int64_t most = std::clamp<std::int64_t>(memory_bytes / (table_bytes + 1), 1, threads);
  return static_cast<int>(std::clamp<std::int64_t>(runs, 1, most));
}

/// The most elements that each of them reads at a time: whole segments, one at least.
inline std::int64_t host_read_elements(int workers, std::int64_t memory_bytes, std::int64_t element_bytes) {
  const std::int64_t elements = memory_bytes / workers / element_bytes;
  return std::max(segment_elements, elements / segment_elements * segment_elements);
}

}  // namespace scatterfold

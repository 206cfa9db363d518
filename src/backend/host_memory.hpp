// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>
#include <cstdint>

#include "fold/geometry.hpp"
#include "source/source.hpp"

/// What the host's backends make of the memory that a process may use; also for telling before a run.
namespace scatterfold {

/// Memory that a thread needs to read whole units: the elements, and what the source needs beside them.
inline std::int64_t unit_reading_bytes(const Source& source) {
  if (!source.reads_whole_units()) return 0;
  return source.thread_bytes() + source.partition().unit_elements_limit() * size_of(source.decoding().stored);
}

/// Threads that take part in a pass: no more than there are runs, and fewer where chunks or tables are large, because
/// every thread decodes chunks of its own and counts into tables of its own.
inline int host_workers(int threads, std::int64_t memory_bytes, const Source& source, std::int64_t table_bytes,
                        std::int64_t runs) {
  const std::int64_t each = table_bytes + unit_reading_bytes(source) + 1;
  const std::int64_t most = std::clamp<std::int64_t>(memory_bytes / each, 1, threads);
  return static_cast<int>(std::clamp<std::int64_t>(runs, 1, most));
}

/// The most elements that each of them reads at a time: a whole unit, or whole segments, one at least. Of a unit for
/// which even one thread has not the memory, the source has a copy to itself, and a second one is not made.
inline std::int64_t host_read_elements(const Source& source, int workers, std::int64_t memory_bytes) {
  if (workers == 1 && unit_reading_bytes(source) > memory_bytes) return segment_elements;
  if (source.reads_whole_units()) return std::max<std::int64_t>(1, source.partition().unit_elements_limit());
  const std::int64_t elements = memory_bytes / workers / size_of(source.decoding().stored);
  return std::max(segment_elements, elements / segment_elements * segment_elements);
}

}  // namespace scatterfold

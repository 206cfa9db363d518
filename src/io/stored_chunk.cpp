// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/stored_chunk.hpp"

#include <cstdlib>
#include <limits>
#include <string_view>

#include "filters/chunk_decoder.hpp"
#include "io/dataset.hpp"

namespace scatterfold {

std::int64_t chunk_bytes_of(const DatasetInfo& info) {
  std::int64_t bytes = size_of(info.type);
  for (const std::int64_t n : info.chunk) {
    if (__builtin_mul_overflow(bytes, n, &bytes) || bytes > std::numeric_limits<std::uint32_t>::max()) return 0;
  }
  return bytes;
}

std::vector<FilterStep> pipeline_of(const DatasetInfo& info) {
  std::vector<FilterStep> steps;
  for (const Filter& filter : info.filters) steps.push_back({filter.id, filter.parameters});
  return steps;
}

bool decodes_here(const DatasetInfo& info) {
  const std::int64_t bytes = info.layout == StorageLayout::chunked && !info.converted ? chunk_bytes_of(info) : 0;
  return bytes > 0 && can_decode(pipeline_of(info), bytes);
}

bool only_library() {
  const char* wish = std::getenv("SCATTERFOLD_READ");
  return wish != nullptr && std::string_view(wish) == "library";
}

std::int64_t most_stored_bytes(const DatasetInfo& info) {
  return stored_bytes_limit(pipeline_of(info), chunk_bytes_of(info));
}

}  // namespace scatterfold

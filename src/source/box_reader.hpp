// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "source/joined_source.hpp"

namespace scatterfold {

/// Reads boxes of a dataset on one thread: of contiguous data what lies in them, of chunked data the chunks that they
/// touch. Chunks of which a part is left are kept for the next boxes, as far as the memory allows.
class BoxReader {
 public:
  /// `along`: the dimension in which the parts of the source follow one another. The source must outlive the reader.
  BoxReader(const JoinedSource& source, std::size_t along, std::int64_t cache_bytes);

  /// Stored elements of the box (in coordinates of all parts together), row-major, dense. Errors: InputError.
  ReadCost read(const Hyperslab& box, std::byte* out);

 private:
  struct CachedChunk {
    std::size_t part;
    std::int64_t unit;
    Hyperslab slab;  ///< what the chunk has of the dataset
    std::vector<std::byte> elements;
  };

  ReadCost read_part(std::size_t part, const Hyperslab& box, std::byte* out);
  const CachedChunk& whole_chunk(std::size_t part, const Partition& all, std::int64_t unit, ReadCost& cost);

  const JoinedSource& source_;
  std::size_t along_;
  std::int64_t cache_bytes_, cached_bytes_ = 0;
  std::size_t last_part_ = 0;
  std::vector<std::int64_t> begins_;  ///< of the parts in dimension `along`, and the end
  std::list<CachedChunk> cache_;      ///< the last used first
  std::vector<std::byte> scratch_;
};

}  // namespace scatterfold

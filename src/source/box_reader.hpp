// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "source/chunk_cache.hpp"
#include "source/joined_source.hpp"

namespace scatterfold {

/// Reads boxes of a dataset on one thread: of contiguous data what lies in them, of chunked data the chunks that they
/// touch. Chunks of which a part is left are kept for the next boxes, as far as the memory allows; one that is too
/// large for that is only where it was decoded.
class BoxReader {
 public:
  /// `along`: the dimension in which the parts of the source follow one another; `memory_bytes`: what the reader may
  /// use, though never less than `least_bytes`. The source must outlive the reader.
  BoxReader(const JoinedSource& source, std::size_t along, std::int64_t memory_bytes);
  /// One of several readers of the source that keep chunks in the same place, with no more memory of its own than it
  /// needs to read one.
  BoxReader(const JoinedSource& source, std::size_t along, std::shared_ptr<ChunkCache> cache);

  static std::int64_t least_bytes(const JoinedSource& source);
  /// What a reader uses beside the chunks that are kept.
  static std::int64_t own_bytes(const JoinedSource& source);
  /// With room for a chunk of which a part is left; more keeps more of them.
  static std::int64_t wanted_bytes(const JoinedSource& source);

  /// Stored elements of the box (in coordinates of all parts together), row-major, dense. Errors: InputError.
  ReadCost read(const Hyperslab& box, std::byte* out);

 private:
  /// A dense array that holds `slab`.
  struct Place {
    const Hyperslab& slab;
    std::byte* out;
  };

  /// `own` is what the part has of the whole box; both in coordinates of the part.
  ReadCost read_part(std::size_t part, const Hyperslab& own, const Hyperslab& whole, std::byte* out);
  void read_pieces(std::size_t part, const Partition& units, const Span& span, const Place& place, ReadCost& cost);
  void read_elements(std::size_t part, const Partition& units, const Span& span, std::byte* out, ReadCost& cost) const;
  std::int64_t bytes_of(const Hyperslab& slab) const;
  std::shared_ptr<const ChunkCache::Chunk> whole_chunk(std::size_t part, const Partition& all, std::int64_t unit,
                                                       ReadCost& cost);

  const JoinedSource& source_;
  std::size_t along_;
  std::int64_t scratch_bytes_ = 0;
  std::size_t last_part_ = 0;
  std::vector<std::int64_t> begins_;  ///< of the parts in dimension `along`, and the end
  std::shared_ptr<ChunkCache> cache_;
  std::vector<std::byte> scratch_;
};

}  // namespace scatterfold

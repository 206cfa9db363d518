// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "partition/hyperslab.hpp"

namespace scatterfold {

/// Decoded chunks, the last used ones, for several threads.
class ChunkCache {
 public:
  struct Chunk {
    Hyperslab slab;  ///< what the chunk has of the dataset
    std::vector<std::byte> elements;
  };
  using Number = std::pair<std::size_t, std::int64_t>;  ///< the part of a source, and the unit of it

  /// Keeps chunks of so many bytes, and those in use.
  explicit ChunkCache(std::int64_t most_bytes) : most_bytes_(most_bytes) {}

  bool fits(std::int64_t chunk_bytes) const { return chunk_bytes <= most_bytes_; }

  /// The chunk of this number, of so many bytes. Who needs it first makes it, and whoever needs it meanwhile waits.
  /// Errors: those of `make`; the chunk is then made by the next.
  std::shared_ptr<const Chunk> find_or_make(const Number& number, std::int64_t bytes,
                                            const std::function<Chunk()>& make);

 private:
  struct Entry {
    Number number;
    std::int64_t bytes;
    std::once_flag made;
    Chunk chunk;
  };

  std::shared_ptr<Entry> entry_of(const Number& number, std::int64_t bytes);

  const std::int64_t most_bytes_;
  std::mutex mutex_;  ///< of what follows
  std::int64_t bytes_ = 0;
  std::list<std::shared_ptr<Entry>> entries_;  ///< the last used first
  std::map<Number, std::list<std::shared_ptr<Entry>>::iterator> places_;
};

}  // namespace scatterfold

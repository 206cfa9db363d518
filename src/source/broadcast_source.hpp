// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/large_array.hpp"
#include "source/box_reader.hpp"
#include "source/element_places.hpp"

namespace scatterfold {

/// An input as if it had the shape of the whole and were cut as the whole is, whatever its own dimensions and storage
/// are. A small one is read once and kept; of a larger one the boxes that spans need are read.
class BroadcastSource : public Source {
 public:
  /// How the input lies in the whole.
  struct Axes {
    std::vector<std::int64_t> lengths;  ///< of the input
    std::vector<std::size_t> axes;      ///< which dimension of the whole each of its own is
    std::size_t along;                  ///< that of its own in which several files follow one another
  };
  /// `keep_bytes`: an input of no more is kept. `read_bytes`: what reading may use, shared by as many of the threads as
  /// it is enough for, one at least.
  struct Memory {
    std::int64_t keep_bytes, read_bytes;
    int threads;
  };

  /// `own` and `places`, those of the whole, outlive it. `selection`: of the input.
  BroadcastSource(const JoinedSource& own, Hyperslab selection, Axes axes, const ElementPlaces& places,
                  const Memory& memory);

  const Partition& partition() const override { return places_.partition(); }
  const Decoding& decoding() const override { return own_.decoding(); }
  /// Bytes are counted when they come from storage. Errors: InputError.
  ReadCost read(const Span& span, std::byte* out) const override;

  /// A thread's part of what all use together.
  std::int64_t thread_bytes() const override { return bytes() / threads_; }

  bool kept() const { return kept_; }
  /// That it holds at most.
  std::int64_t bytes() const;

 private:
  /// What one thread reads with.
  struct Desk {
    BoxReader reader;
    std::vector<std::byte> elements;
  };
  class Borrowed;

  void read_kept(const Hyperslab& box, std::byte* out, ReadCost& cost) const;
  void read_box(const Hyperslab& box, Desk& desk, std::byte* out, ReadCost& cost) const;
  /// `from` holds the elements of `box` in an array with these strides.
  void spread(const Hyperslab& box, const std::byte* from, const std::vector<std::int64_t>& strides,
              std::byte* out) const;

  const JoinedSource& own_;
  const Hyperslab selection_;
  const Axes axes_;
  const ElementPlaces& places_;
  std::int64_t size_, read_bytes_;
  int threads_, readers_;
  std::shared_ptr<ChunkCache> cache_;  ///< of all readers
  bool kept_;
  mutable std::once_flag read_once_;
  mutable LargeArray<std::byte> elements_;  ///< all that are selected, where they are kept
  mutable std::mutex mutex_;                ///< of what follows
  mutable std::condition_variable given_back_;
  mutable int made_ = 0;
  mutable std::vector<std::unique_ptr<Desk>> free_;
};

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "io/stored_chunk.hpp"
#include "partition/partition.hpp"
#include "source/source.hpp"

namespace scatterfold {

class Dataset;

/// A way from the file to the stored elements of a span. Threads may read at once.
class SpanReader {
 public:
  virtual ~SpanReader() = default;

  /// `units`: how the dataset is cut. Errors: InputError.
  virtual ReadCost read(const Partition& units, const Span& span, std::byte* out) const = 0;
  /// See Source::make_view.
  virtual std::unique_ptr<SourceView> make_view(const Partition&) const { return nullptr; }
  /// For people: "pread by all threads, ...".
  virtual const char* way() const = 0;
  virtual bool through_library() const { return false; }
  virtual bool reads_whole_units() const { return false; }
  /// Whether nothing is stored of a unit: any part of it costs what it has of elements.
  virtual bool is_blank(std::int64_t) const { return false; }
  /// Memory that every thread needs beside what it reads into.
  virtual std::int64_t thread_bytes() const { return 0; }
  /// Gives back memory that no thread uses at the moment.
  virtual void release_idle() const {}
  /// See DatasetSource::take_chunk_index.
  virtual void take_chunk_index(std::vector<StoredChunk>) {}
  virtual const std::vector<StoredChunk>* chunk_index() const { return nullptr; }
};

/// Contiguous data, which is there as it is in memory: used where the kernel holds it, or pread.
std::unique_ptr<SpanReader> make_contiguous_reader(const Dataset& dataset);
/// Chunks that can be decoded here: stored bytes with pread, or through the library where only that finds them, decoded
/// without the library's lock.
std::unique_ptr<SpanReader> make_chunk_reader(const Dataset& dataset);
/// Everything else: H5Dread, one thread at a time.
std::unique_ptr<SpanReader> make_library_reader(const Dataset& dataset);

}  // namespace scatterfold

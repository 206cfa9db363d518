// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <vector>

#include "io/dataset.hpp"
#include "source/source.hpp"
#include "source/span_reader.hpp"

namespace scatterfold {

/// The selected elements of an HDF5 dataset, read in the fastest way that its storage allows.
class DatasetSource : public Source {
 public:
  /// `selection` lies within the dataset's shape. Errors: InputError.
  DatasetSource(std::unique_ptr<Dataset> dataset, Hyperslab selection);

  const Partition& partition() const override { return partition_; }
  const Decoding& decoding() const override { return decoding_; }
  ReadCost read(const Span& span, std::byte* out) const override { return reader_->read(partition_, span, out); }
  /// The same of another partition of this dataset, with the same chunks.
  ReadCost read_as(const Partition& partition, const Span& span, std::byte* out) const {
    return reader_->read(partition, span, out);
  }
  std::unique_ptr<SourceView> make_view() const override { return reader_->make_view(partition_); }
  bool reads_whole_units() const override { return reader_->reads_whole_units(); }
  std::int64_t thread_bytes() const override { return reader_->thread_bytes(); }
  /// Whether nothing is stored of a chunk of the dataset: any part of it costs what it has of elements.
  bool is_blank(std::int64_t unit) const { return reader_->is_blank(unit); }
  /// Gives back memory that no thread uses at the moment.
  void release_idle() const { reader_->release_idle(); }

  const DatasetInfo& info() const { return dataset_->info(); }
  const char* way_of_reading() const { return reader_->way(); }
  /// With H5Dread, one thread at a time.
  bool through_library() const { return reader_->through_library(); }

  /// Where the chunks are, for a reader that wants to know and few enough to keep: made by one rank, given to all.
  /// Errors: InputError.
  std::vector<StoredChunk> make_chunk_index() const;
  void take_chunk_index(std::vector<StoredChunk> index) { reader_->take_chunk_index(std::move(index)); }

  /// What each segment costs to read and decode, by stored bytes. Empty: all the same.
  std::vector<std::int64_t> segment_weights() const;

 private:
  std::unique_ptr<Dataset> dataset_;
  Partition partition_;
  Decoding decoding_;
  std::unique_ptr<SpanReader> reader_;
};

}  // namespace scatterfold

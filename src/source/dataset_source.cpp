// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/dataset_source.hpp"

#include <algorithm>
#include <utility>

#include "source/decoding_of.hpp"
#include "source/rows.hpp"

namespace scatterfold {
namespace {

/// Rows shorter than this cost more as single reads than the library does.
constexpr std::int64_t shortest_row_bytes = 4096;
/// More chunks than these are looked up when they are read: their index would be too large to keep and to send.
constexpr std::int64_t most_indexed_chunks = std::int64_t{1} << 24;

bool reads_directly(const DatasetInfo& info, const Hyperslab& selection) {
  return info.layout == StorageLayout::contiguous && info.file_offset >= 0 && !info.converted &&
         (row_elements(selection, info.shape) * size_of(info.type) >= shortest_row_bytes ||
          row_elements(selection, info.shape) == selection.elements());
}

enum class Way { contiguous, chunks, library };

Way way_to(const DatasetInfo& info, const Hyperslab& selection) {
  if (only_library()) return Way::library;
  if (reads_directly(info, selection)) return Way::contiguous;
  return decodes_here(info) ? Way::chunks : Way::library;
}

std::unique_ptr<SpanReader> make_reader(Way way, const Dataset& dataset) {
  switch (way) {
    case Way::contiguous: return make_contiguous_reader(dataset);
    case Way::chunks: return make_chunk_reader(dataset);
    case Way::library: break;
  }
  return make_library_reader(dataset);
}

}  // namespace

DatasetSource::DatasetSource(std::unique_ptr<Dataset> dataset, Hyperslab selection)
    : dataset_(std::move(dataset)),
      partition_(
          dataset_->info().shape, selection,
          dataset_->info().layout == StorageLayout::chunked ? dataset_->info().chunk : std::vector<std::int64_t>{}) {
  const Way way = way_to(dataset_->info(), selection);
  decoding_ = decoding_of(dataset_->info(), way != Way::library);
  reader_ = make_reader(way, *dataset_);
}

std::vector<StoredChunk> DatasetSource::make_chunk_index() const {
  if (reader_->chunk_index() == nullptr || partition_.elements() == 0 || partition_.units() > most_indexed_chunks)
    return {};
  return dataset_->chunk_index();
}

std::vector<std::int64_t> DatasetSource::segment_weights() const {
  const std::vector<StoredChunk>* index = reader_->chunk_index();
  if (index == nullptr || index->empty()) return {};
  const std::int64_t most = most_stored_bytes(dataset_->info());  // a damaged chunk may claim anything
  const auto stored = [&](std::size_t u) { return std::clamp<std::int64_t>((*index)[u].bytes, 0, most); };
  std::vector<std::int64_t> weights;
  for (std::int64_t u = 0; u < partition_.units(); ++u) {
    if (u % partition_.units_per_segment() == 0) weights.push_back(0);
    weights.back() += 64;  // also what is not stored, or not selected, takes a little
    const std::int64_t selected = partition_.unit(u).elements();
    if (selected > 0) weights.back() += stored(static_cast<std::size_t>(u)) + selected / 8;
  }
  return weights;
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/dataset_source.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
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

/// SCATTERFOLD_READ=library: as if there were no other way, to compare with.
bool only_library() {
  const char* wish = std::getenv("SCATTERFOLD_READ");
  return wish != nullptr && std::string_view(wish) == "library";
}

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
  if (reader_->chunk_index() == nullptr || partition_.units() > most_indexed_chunks) return {};
  return dataset_->chunk_index();
}

std::vector<std::int64_t> DatasetSource::run_weights(int level) const {
  const std::vector<StoredChunk>* index = reader_->chunk_index();
  if (index == nullptr || index->empty()) return {};
  const std::int64_t units_per_run = partition_.units_per_segment() << level;
  std::vector<std::int64_t> weights;
  for (std::int64_t u = 0; u < partition_.units(); u += units_per_run) {
    std::int64_t weight = 0;
    for (std::int64_t v = u; v < std::min(u + units_per_run, partition_.units()); ++v) {
      // Also what is not stored, or not selected, takes a little.
      weight += 64;
      const std::int64_t selected = partition_.unit(v).elements();
      if (selected > 0) weight += (*index)[static_cast<std::size_t>(v)].bytes + selected / 8;
    }
    weights.push_back(weight);
  }
  return weights;
}

}  // namespace scatterfold

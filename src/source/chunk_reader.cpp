// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/error.hpp"
#include "filters/chunk_decoder.hpp"
#include "filters/decode_error.hpp"
#include "io/dataset.hpp"
#include "io/printable.hpp"
#include "source/input_bytes.hpp"
#include "source/rows.hpp"
#include "source/span_reader.hpp"
#include "source/timer.hpp"

namespace scatterfold {
namespace {

/// What one thread needs to read a chunk. The chunk decoded last is kept for the next span of it.
struct Desk {
  Desk(const std::vector<FilterStep>& pipeline, std::int64_t chunk_bytes) : decoder(pipeline, chunk_bytes) {}

  std::byte* room_for_stored(std::int64_t bytes) {
    if (bytes > stored_bytes) {
      stored = std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(bytes));
      stored_bytes = bytes;
    }
    return stored.get();
  }

  ChunkDecoder decoder;
  std::unique_ptr<std::byte[]> stored, raw;
  std::int64_t stored_bytes = 0;
  std::int64_t unit = -1;  ///< whose bytes are in `raw`
};

class ChunkReader : public SpanReader {
 public:
  explicit ChunkReader(const Dataset& dataset)
      : dataset_(dataset),
        info_(dataset.info()),
        file_(info_),
        pipeline_(pipeline_of(info_)),
        chunk_bytes_(chunk_bytes_of(info_)),
        most_stored_(most_stored_bytes(info_)) {}

  const char* way() const override { return "chunk by chunk, read and decoded by all threads"; }
  bool reads_whole_units() const override { return true; }
  /// For parts of a chunk one in memory; where there are filters also one as it is stored, and two of the decoder's.
  std::int64_t thread_bytes() const override { return (pipeline_.empty() ? 1 : 4) * chunk_bytes_; }
  bool is_blank(std::int64_t unit) const override {
    if (info_.stored_bytes == 0) return true;
    return !index_.empty() && is_blank(index_[static_cast<std::size_t>(unit)]);
  }
  void release_idle() const override {
    const std::lock_guard lock(mutex_);
    free_.clear();
  }
  void take_chunk_index(std::vector<StoredChunk> index) override { index_ = std::move(index); }
  const std::vector<StoredChunk>* chunk_index() const override { return &index_; }

  ReadCost read(const Partition& units, const Span& span, std::byte* out) const override {
    ReadCost cost;
    const std::vector<std::int64_t> grid = units.grid_position(span.unit);
    std::vector<std::int64_t> first(grid.size());
    for (std::size_t d = 0; d < grid.size(); ++d) first[d] = grid[d] * info_.chunk[d];
    const StoredChunk chunk = info_.stored_bytes == 0 ? StoredChunk{}
                              : index_.empty()        ? dataset_.stored_chunk(first)
                                                      : index_[static_cast<std::size_t>(span.unit)];
    if (is_blank(chunk)) {
      fill(out, span.elements());
      return cost;
    }
    Hyperslab box = units.unit(span.unit);
    for (std::size_t d = 0; d < first.size(); ++d) box.start[d] -= first[d];
    const bool whole = span.elements() * size_of(info_.type) == chunk_bytes_;
    std::unique_ptr<Desk> desk = take_desk(span.unit);
    try {
      if (whole) {
        decode(*desk, first, chunk, out, cost);
      } else {
        if (desk->unit != span.unit) {
          desk->unit = -1;
          if (!desk->raw)
            desk->raw = std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(chunk_bytes_));
          decode(*desk, first, chunk, desk->raw.get(), cost);
          desk->unit = span.unit;
        }
        const Timer timer(cost.decode_s);
        gather(box, span, desk->raw.get(), out);
      }
    } catch (const DecodeError& error) {
      throw InputError(fmt::format("cannot read {} ({}, chunk ({})): {}; the file is damaged there, get a fresh copy",
                                   printable(info_.path), printable(info_.file, 1000), fmt::join(grid, ", "),
                                   error.what()));
    }
    give_back(std::move(desk));
    return cost;
  }

 private:
  static bool is_blank(const StoredChunk& chunk) { return chunk.bytes == 0 && chunk.file_offset < 0; }

  void decode(Desk& desk, const std::vector<std::int64_t>& first, const StoredChunk& chunk, std::byte* raw,
              ReadCost& cost) const {
    if (chunk.bytes <= 0 || chunk.bytes > file_.size()) {
      throw DecodeError(fmt::format("it claims {} stored bytes and the file has {}", chunk.bytes, file_.size()));
    }
    if (chunk.bytes > most_stored_) {  // before room for them is made
      throw DecodeError(fmt::format("it claims {} stored bytes, more than can come of {}", chunk.bytes, chunk_bytes_));
    }
    const bool as_it_is = pipeline_.empty() && chunk.bytes == chunk_bytes_;
    std::byte* stored = as_it_is ? raw : desk.room_for_stored(chunk.bytes);
    std::uint32_t mask = chunk.mask;
    {
      const Timer timer(cost.read_s);
      if (chunk.file_offset >= 0) {
        file_.read(chunk.file_offset, stored, chunk.bytes);
      } else {
        mask = dataset_.read_stored_chunk(first, chunk, stored);
      }
      cost.bytes += chunk.bytes;
    }
    if (as_it_is) return;
    const Timer timer(cost.decode_s);
    if (info_.edges_unfiltered && reaches_past_the_edge(first)) mask = ~0u;
    desk.decoder.decode_into({stored, static_cast<std::size_t>(chunk.bytes)}, mask,
                             {raw, static_cast<std::size_t>(chunk_bytes_)});
  }

  bool reaches_past_the_edge(const std::vector<std::int64_t>& first) const {
    for (std::size_t d = 0; d < first.size(); ++d) {
      if (first[d] + info_.chunk[d] > info_.shape[d]) return true;
    }
    return false;
  }

  /// The elements of `span`, which numbers those of `box`, from a chunk in memory.
  void gather(const Hyperslab& box, const Span& span, const std::byte* raw, std::byte* out) const {
    const std::int64_t size = size_of(info_.type);
    for (const Hyperslab& part : split_range(box, span.begin, span.end)) {
      for_each_row(part, info_.chunk, [&](std::int64_t at, std::int64_t elements) {
        std::memcpy(out, raw + at * size, static_cast<std::size_t>(elements * size));
        out += elements * size;
      });
    }
  }

  void fill(std::byte* out, std::int64_t elements) const {
    const std::int64_t size = size_of(info_.type);
    std::byte value[8];
    std::memcpy(value, &info_.fill_bits, sizeof value);
    if (info_.swapped) std::reverse(value, value + size);
    const std::int64_t bytes = elements * size;
    std::memcpy(out, value, static_cast<std::size_t>(std::min(size, bytes)));
    for (std::int64_t done = size; done < bytes;) {  // what is there once more, while it is in cache
      const std::int64_t more = std::min({done, std::int64_t{1} << 14, bytes - done});
      std::memcpy(out + done, out, static_cast<std::size_t>(more));
      done += more;
    }
  }

  std::unique_ptr<Desk> take_desk(std::int64_t unit) const {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto best = std::find_if(free_.begin(), free_.end(), [&](const auto& desk) { return desk->unit == unit; });
        if (best == free_.end()) best = free_.end() - 1;
        std::unique_ptr<Desk> desk = std::move(*best);
        free_.erase(best);
        return desk;
      }
    }
    return std::make_unique<Desk>(pipeline_, chunk_bytes_);
  }
  void give_back(std::unique_ptr<Desk> desk) const {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(desk));
  }

  const Dataset& dataset_;
  const DatasetInfo& info_;
  InputBytes file_;
  std::vector<FilterStep> pipeline_;
  std::int64_t chunk_bytes_, most_stored_;
  std::vector<StoredChunk> index_;  // empty: chunks are looked up one by one
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Desk>> free_;
};

}  // namespace

std::unique_ptr<SpanReader> make_chunk_reader(const Dataset& dataset) { return std::make_unique<ChunkReader>(dataset); }

}  // namespace scatterfold

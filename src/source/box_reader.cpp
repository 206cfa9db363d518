// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/box_reader.hpp"

#include <algorithm>

#include "partition/copy_box.hpp"
#include "source/byte_order.hpp"
#include "source/timer.hpp"

namespace scatterfold {
namespace {

/// The elements of `part`, which lies within `whole`, between two dense arrays that hold `from_slab` and `to_slab`. All
/// have the same steps.
void copy_common(const Hyperslab& part, const Hyperslab& from_slab, const std::byte* from, const Hyperslab& to_slab,
                 std::byte* to, std::int64_t size) {
  std::vector<std::int64_t> from_stride = dense_strides(from_slab.count), to_stride = dense_strides(to_slab.count);
  for (std::size_t d = 0; d < part.count.size(); ++d) {
    from += (part.start[d] - from_slab.start[d]) / from_slab.step[d] * from_stride[d] * size;
    to += (part.start[d] - to_slab.start[d]) / to_slab.step[d] * to_stride[d] * size;
    from_stride[d] *= part.step[d] / from_slab.step[d];
    to_stride[d] *= part.step[d] / to_slab.step[d];
  }
  copy_box(part.count, from, from_stride, to, to_stride, size);
}

bool same(const Hyperslab& a, const Hyperslab& b) { return a.start == b.start && a.count == b.count; }

/// Read at a time where neighbours in the file are none in memory.
constexpr std::int64_t piece_bytes = std::int64_t{64} << 10;

std::int64_t largest_chunk_bytes(const JoinedSource& source) {
  std::int64_t most = 0;
  for (const auto& part : source.parts()) {
    if (part->partition().chunked()) most = std::max(most, part->partition().unit_elements_limit());
  }
  return most * size_of(source.decoding().stored);
}

}  // namespace

BoxReader::BoxReader(const JoinedSource& source, std::size_t along, std::int64_t memory_bytes)
    : BoxReader(
          source, along,
          std::make_shared<ChunkCache>(memory_bytes >= wanted_bytes(source) ? memory_bytes - own_bytes(source) : 0)) {}

BoxReader::BoxReader(const JoinedSource& source, std::size_t along, std::shared_ptr<ChunkCache> cache)
    : source_(source), along_(along), begins_{0}, cache_(std::move(cache)) {
  for (const auto& part : source.parts()) {
    const std::vector<std::int64_t>& shape = part->info().shape;
    begins_.push_back(begins_.back() + (shape.empty() ? 1 : shape[along]));
  }
  const std::int64_t chunk = largest_chunk_bytes(source);
  if (chunk > 0 && cache_->fits(chunk)) scratch_bytes_ = std::max(chunk, piece_bytes);
}

std::int64_t BoxReader::least_bytes(const JoinedSource& source) { return source.thread_bytes() + piece_bytes; }

std::int64_t BoxReader::own_bytes(const JoinedSource& source) {
  return source.thread_bytes() + std::max(largest_chunk_bytes(source), piece_bytes);
}

std::int64_t BoxReader::wanted_bytes(const JoinedSource& source) {
  return own_bytes(source) + largest_chunk_bytes(source);
}

ReadCost BoxReader::read(const Hyperslab& box, std::byte* out) {
  if (source_.parts().size() == 1) return read_part(0, box, box, out);
  ReadCost cost;
  for (std::size_t p = 0; p < source_.parts().size(); ++p) {
    std::vector<std::int64_t> low(box.count.size(), 0), high(box.count.size());
    for (std::size_t d = 0; d < high.size(); ++d) high[d] = box.start[d] + box.count[d] * box.step[d];
    low[along_] = begins_[p];
    high[along_] = begins_[p + 1];
    Hyperslab own = intersect(box, low, high), whole = box;
    if (own.elements() == 0) continue;
    // The decoders of a thousand files would not fit.
    if (last_part_ != p) source_.parts()[last_part_]->release_idle();
    last_part_ = p;
    own.start[along_] -= begins_[p];
    whole.start[along_] -= begins_[p];
    cost.add(read_part(p, own, whole, out));
  }
  return cost;
}

ReadCost BoxReader::read_part(std::size_t p, const Hyperslab& own, const Hyperslab& whole, std::byte* out) {
  const DatasetSource& part = *source_.parts()[p];
  const DatasetInfo& info = part.info();
  const bool chunked = part.partition().chunked();
  const Partition boxed(info.shape, own, chunked ? info.chunk : std::vector<std::int64_t>{});
  ReadCost cost;
  if (!chunked) {
    read_pieces(p, boxed, {0, 0, own.elements()}, {whole, out}, cost);
    return cost;
  }
  const Partition all(info.shape, whole_slab(info.shape), info.chunk);
  for (std::int64_t s = boxed.next_with_elements(0); s < boxed.segments(); s = boxed.next_with_elements(s + 1)) {
    for (const Span& span : boxed.segment(s)) {
      const Hyperslab wanted = boxed.unit(span.unit);
      const bool all_of_it = same(wanted, all.unit(span.unit));
      if (all_of_it || part.is_blank(span.unit) || !cache_->fits(bytes_of(all.unit(span.unit)))) {
        read_pieces(p, all_of_it ? all : boxed, span, {whole, out}, cost);
      } else {
        const auto chunk = whole_chunk(p, all, span.unit, cost);
        const Timer timer(cost.decode_s);
        copy_common(wanted, chunk->slab, chunk->elements.data(), whole, out, size_of(source_.decoding().stored));
      }
    }
  }
  return cost;
}

void BoxReader::read_pieces(std::size_t p, const Partition& units, const Span& span, const Place& place,
                            ReadCost& cost) {
  const Hyperslab wanted = units.unit(span.unit);
  if (same(wanted, place.slab)) return read_elements(p, units, span, place.out, cost);
  const std::int64_t size = size_of(source_.decoding().stored);
  const std::int64_t step = std::max(std::int64_t{1}, std::max(scratch_bytes_, piece_bytes) / size);
  for (std::int64_t begin = span.begin; begin < span.end; begin += step) {
    const std::int64_t end = std::min(span.end, begin + step);
    if (std::ssize(scratch_) < (end - begin) * size) scratch_.resize(static_cast<std::size_t>((end - begin) * size));
    read_elements(p, units, {span.unit, begin, end}, scratch_.data(), cost);
    const Timer timer(cost.decode_s);
    const std::byte* from = scratch_.data();
    for (const Hyperslab& piece : split_range(wanted, begin, end)) {
      copy_common(piece, piece, from, place.slab, place.out, size);
      from += piece.elements() * size;
    }
  }
}

void BoxReader::read_elements(std::size_t p, const Partition& units, const Span& span, std::byte* out,
                              ReadCost& cost) const {
  const DatasetSource& part = *source_.parts()[p];
  cost.add(part.read_as(units, span, out));
  if (part.decoding().swapped == source_.decoding().swapped) return;
  const Timer timer(cost.decode_s);
  swap_bytes(out, span.elements(), size_of(source_.decoding().stored));
}

std::int64_t BoxReader::bytes_of(const Hyperslab& slab) const {
  return slab.elements() * size_of(source_.decoding().stored);
}

std::shared_ptr<const ChunkCache::Chunk> BoxReader::whole_chunk(std::size_t part, const Partition& all,
                                                                std::int64_t unit, ReadCost& cost) {
  const Hyperslab slab = all.unit(unit);
  return cache_->find_or_make({part, unit}, bytes_of(slab), [&] {
    ChunkCache::Chunk chunk{slab, std::vector<std::byte>(static_cast<std::size_t>(bytes_of(slab)))};
    read_elements(part, all, {unit, 0, slab.elements()}, chunk.elements.data(), cost);
    return chunk;
  });
}

}  // namespace scatterfold

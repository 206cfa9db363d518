// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/box_reader.hpp"

#include <algorithm>

#include "source/byte_order.hpp"
#include "source/copy_box.hpp"
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

}  // namespace

BoxReader::BoxReader(const JoinedSource& source, std::size_t along, std::int64_t cache_bytes)
    : source_(source), along_(along), cache_bytes_(cache_bytes), begins_{0} {
  for (const auto& part : source.parts()) {
    const std::vector<std::int64_t>& shape = part->info().shape;
    begins_.push_back(begins_.back() + (shape.empty() ? 1 : shape[along]));
  }
}

ReadCost BoxReader::read(const Hyperslab& box, std::byte* out) {
  if (source_.parts().size() == 1) return read_part(0, box, out);
  ReadCost cost;
  const std::int64_t size = size_of(source_.decoding().stored);
  std::vector<std::byte> buffer;
  for (std::size_t p = 0; p < source_.parts().size(); ++p) {
    std::vector<std::int64_t> low(box.count.size(), 0), high(box.count.size());
    for (std::size_t d = 0; d < high.size(); ++d) high[d] = box.start[d] + box.count[d] * box.step[d];
    low[along_] = begins_[p];
    high[along_] = begins_[p + 1];
    const Hyperslab common = intersect(box, low, high);
    if (common.elements() == 0) continue;
    // The decoders of a thousand files would not fit.
    if (last_part_ != p) source_.parts()[last_part_]->release_idle();
    last_part_ = p;
    Hyperslab own = common;
    own.start[along_] -= begins_[p];
    if (same(common, box)) {
      cost.add(read_part(p, own, out));
      continue;
    }
    buffer.resize(static_cast<std::size_t>(common.elements() * size));
    cost.add(read_part(p, own, buffer.data()));
    const Timer timer(cost.decode_s);
    copy_common(common, common, buffer.data(), box, out, size);
  }
  return cost;
}

ReadCost BoxReader::read_part(std::size_t p, const Hyperslab& box, std::byte* out) {
  const DatasetSource& part = *source_.parts()[p];
  const DatasetInfo& info = part.info();
  const std::int64_t size = size_of(source_.decoding().stored);
  ReadCost cost;
  const Partition boxed(info.shape, box, part.partition().chunked() ? info.chunk : std::vector<std::int64_t>{});
  if (!boxed.chunked()) {
    cost = part.read_as(boxed, {0, 0, box.elements()}, out);
  } else {
    const Partition all(info.shape,
                        Hyperslab{std::vector<std::int64_t>(info.shape.size(), 0), info.shape,
                                  std::vector<std::int64_t>(info.shape.size(), 1)},
                        info.chunk);
    for (std::int64_t s = boxed.next_with_elements(0); s < boxed.segments(); s = boxed.next_with_elements(s + 1)) {
      for (const Span& span : boxed.segment(s)) {
        const Hyperslab wanted = boxed.unit(span.unit);
        if (same(wanted, all.unit(span.unit))) {
          std::byte* room = out;
          const bool direct = same(wanted, box);
          if (!direct) {
            scratch_.resize(static_cast<std::size_t>(span.elements() * size));
            room = scratch_.data();
          }
          cost.add(part.read_as(all, span, room));
          if (direct) continue;
          const Timer timer(cost.decode_s);
          copy_common(wanted, wanted, room, box, out, size);
        } else {
          const CachedChunk& chunk = whole_chunk(p, all, span.unit, cost);
          const Timer timer(cost.decode_s);
          copy_common(wanted, chunk.slab, chunk.elements.data(), box, out, size);
        }
      }
    }
  }
  if (part.decoding().swapped != source_.decoding().swapped) {
    const Timer timer(cost.decode_s);
    swap_bytes(out, box.elements(), size);
  }
  return cost;
}

const BoxReader::CachedChunk& BoxReader::whole_chunk(std::size_t part, const Partition& all, std::int64_t unit,
                                                     ReadCost& cost) {
  const auto found = std::find_if(cache_.begin(), cache_.end(),
                                  [&](const CachedChunk& c) { return c.part == part && c.unit == unit; });
  if (found != cache_.end()) {
    cache_.splice(cache_.begin(), cache_, found);
    return cache_.front();
  }
  CachedChunk chunk{part, unit, all.unit(unit), {}};
  const std::int64_t elements = chunk.slab.elements(), bytes = elements * size_of(source_.decoding().stored);
  while (!cache_.empty() && cached_bytes_ + bytes > cache_bytes_) {
    cached_bytes_ -= static_cast<std::int64_t>(cache_.back().elements.size());
    cache_.pop_back();
  }
  chunk.elements.resize(static_cast<std::size_t>(bytes));
  cost.add(source_.parts()[part]->read_as(all, {unit, 0, elements}, chunk.elements.data()));
  cached_bytes_ += bytes;
  cache_.push_front(std::move(chunk));
  return cache_.front();
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/broadcast_source.hpp"

#include <algorithm>
#include <utility>

#include "partition/broadcast.hpp"
#include "partition/copy_box.hpp"
#include "source/timer.hpp"

namespace scatterfold {

/// A desk for as long as one read takes; waits for one where all are in use.
class BroadcastSource::Borrowed {
 public:
  explicit Borrowed(const BroadcastSource& source) : source_(source) {
    std::unique_lock lock(source.mutex_);
    source.given_back_.wait(lock, [&] { return !source.free_.empty() || source.made_ < source.readers_; });
    if (source.free_.empty()) {
      source.free_.push_back(
          std::make_unique<Desk>(Desk{BoxReader(source.own_, source.axes_.along, source.cache_), {}}));
      ++source.made_;
    }
    desk_ = std::move(source.free_.back());
    source.free_.pop_back();
  }
  ~Borrowed() {
    const std::lock_guard lock(source_.mutex_);
    source_.free_.push_back(std::move(desk_));
    source_.given_back_.notify_one();
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  Desk& operator*() const { return *desk_; }

 private:
  const BroadcastSource& source_;
  std::unique_ptr<Desk> desk_;
};

BroadcastSource::BroadcastSource(const JoinedSource& own, Hyperslab selection, Axes axes, const ElementPlaces& places,
                                 const Memory& memory)
    : own_(own),
      selection_(std::move(selection)),
      axes_(std::move(axes)),
      places_(places),
      size_(size_of(own.decoding().stored)),
      read_bytes_(std::max(memory.read_bytes, BoxReader::least_bytes(own))),
      threads_(memory.threads),
      // Half for what readers need themselves: chunks that are kept are worth more than one more reader.
      readers_(
          static_cast<int>(std::clamp<std::int64_t>(read_bytes_ / 2 / BoxReader::own_bytes(own), 1, memory.threads))),
      cache_(
          std::make_shared<ChunkCache>(std::max<std::int64_t>(0, read_bytes_ - readers_ * BoxReader::own_bytes(own)))),
      kept_(selection_.elements() <= memory.keep_bytes / size_) {}

std::int64_t BroadcastSource::bytes() const { return kept_ ? selection_.elements() * size_ : read_bytes_; }

ReadCost BroadcastSource::read(const Span& span, std::byte* out) const {
  ReadCost cost;
  const std::vector<Hyperslab> boxes = places_.boxes(span);
  const auto for_each_box = [&](const auto& use) {
    for (const Hyperslab& box : boxes) {
      use(box);
      out += box.elements() * size_;
    }
  };
  if (kept_) {
    for_each_box([&](const Hyperslab& box) { read_kept(box, out, cost); });
  } else {
    const Borrowed desk(*this);
    for_each_box([&](const Hyperslab& box) { read_box(box, *desk, out, cost); });
  }
  return cost;
}

void BroadcastSource::read_kept(const Hyperslab& box, std::byte* out, ReadCost& cost) const {
  std::call_once(read_once_, [&] {
    elements_.resize(static_cast<std::size_t>(selection_.elements() * size_));
    cost.add(BoxReader(own_, axes_.along, read_bytes_).read(selection_, elements_.data()));
  });
  const Timer timer(cost.decode_s);
  const Hyperslab part = part_of_box(box, axes_.lengths, axes_.axes);
  std::vector<std::int64_t> strides = dense_strides(selection_.count);
  std::int64_t first = 0;
  for (std::size_t d = 0; d < strides.size(); ++d)
    first += (part.start[d] - selection_.start[d]) / selection_.step[d] * strides[d];
  spread(box, elements_.data() + first * size_, strides, out);
}

void BroadcastSource::read_box(const Hyperslab& box, Desk& desk, std::byte* out, ReadCost& cost) const {
  const Hyperslab part = part_of_box(box, axes_.lengths, axes_.axes);
  const auto bytes = static_cast<std::size_t>(part.elements() * size_);
  if (desk.elements.size() < bytes) desk.elements.resize(bytes);
  cost.add(desk.reader.read(part, desk.elements.data()));
  const Timer timer(cost.decode_s);
  spread(box, desk.elements.data(), dense_strides(part.count), out);
}

void BroadcastSource::spread(const Hyperslab& box, const std::byte* from, const std::vector<std::int64_t>& strides,
                             std::byte* out) const {
  std::vector<std::int64_t> from_strides(box.count.size(), 0);
  for (std::size_t d = 0; d < strides.size(); ++d) {
    if (axes_.lengths[d] != 1) from_strides[axes_.axes[d]] = strides[d];
  }
  copy_box(box.count, from, from_strides, out, dense_strides(box.count), size_);
}

}  // namespace scatterfold

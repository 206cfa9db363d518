// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/joined_source.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "source/byte_order.hpp"
#include "source/timer.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t most_weighed_segments = std::int64_t{1} << 24;

using Parts = std::vector<std::unique_ptr<DatasetSource>>;

Partition joined(const Parts& parts) {
  if (parts.size() == 1) return parts.front()->partition();
  std::vector<Partition> partitions;
  for (const auto& part : parts) partitions.push_back(part->partition());
  return Partition(std::move(partitions));
}

/// Elements are decoded alike, whatever part they come from: in the machine's byte order, where any part has it.
const Decoding& decoding_of_all(const Parts& parts) {
  const auto native =
      std::find_if(parts.begin(), parts.end(), [](const auto& part) { return !part->decoding().swapped; });
  return (native == parts.end() ? parts.front() : *native)->decoding();
}

/// Of the part that is read, one at a time.
class JoinedView : public SourceView {
 public:
  explicit JoinedView(const JoinedSource& source) : source_(source) {}

  const std::byte* find(const Span& span) override {
    const Partition::Place place = source_.partition().place_of(span.unit);
    const DatasetSource& part = *source_.parts()[place.part];
    if (part.decoding().swapped != source_.decoding().swapped) return nullptr;
    if (part_ != place.part) view_ = part.make_view();
    part_ = place.part;
    return view_ == nullptr ? nullptr : view_->find({place.unit, span.begin, span.end});
  }
  void check(const Span& span) const override {
    view_->check({source_.partition().place_of(span.unit).unit, span.begin, span.end});
  }

 private:
  const JoinedSource& source_;
  std::size_t part_ = std::numeric_limits<std::size_t>::max();
  std::unique_ptr<SourceView> view_;
};

}  // namespace

JoinedSource::JoinedSource(Parts parts)
    : parts_(std::move(parts)), partition_(joined(parts_)), decoding_(decoding_of_all(parts_)) {}

ReadCost JoinedSource::read(const Span& span, std::byte* out) const {
  const Partition::Place place = partition_.place_of(span.unit);
  if (reading_.exchange(place.part, std::memory_order_relaxed) != place.part) {
    // The decoders of a thousand files would not fit: those of the part that is read are enough.
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      if (p != place.part) parts_[p]->release_idle();
    }
  }
  const DatasetSource& part = *parts_[place.part];
  ReadCost cost = part.read({place.unit, span.begin, span.end}, out);
  if (part.decoding().swapped != decoding_.swapped) {
    const Timer timer(cost.decode_s);
    swap_bytes(out, span.elements(), size_of(decoding_.stored));
  }
  return cost;
}

std::unique_ptr<SourceView> JoinedSource::make_view() const { return std::make_unique<JoinedView>(*this); }

bool JoinedSource::reads_whole_units() const {
  return std::any_of(parts_.begin(), parts_.end(), [](const auto& part) { return part->reads_whole_units(); });
}

std::int64_t JoinedSource::thread_bytes() const {
  std::int64_t most = 0;
  for (const auto& part : parts_) most = std::max(most, part->thread_bytes());
  return most;
}

std::string JoinedSource::way_of_reading() const {
  std::set<std::string> ways;
  for (const auto& part : parts_) ways.insert(part->way_of_reading());
  std::string text;
  for (const std::string& way : ways) text += (text.empty() ? "" : "; or ") + way;
  return text;
}

std::vector<std::int64_t> JoinedSource::run_weights(int level) const {
  std::vector<std::vector<std::int64_t>> owns;
  for (const auto& part : parts_) owns.push_back(part->segment_weights());
  const bool differ = std::any_of(owns.begin(), owns.end(), [](const auto& own) { return !own.empty(); });
  // A grid can have more chunks than memory has room for weights.
  if (!differ || partition_.segments() > most_weighed_segments) return {};
  std::vector<std::int64_t> weights;
  std::int64_t segment = 0;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const auto& part = parts_[p];
    const std::vector<std::int64_t>& own = owns[p];
    // What needs no decoding costs what the elements of a chunk cost beside its stored bytes.
    const std::int64_t plain = 64 + part->partition().segment_elements_limit() / 8;
    for (std::int64_t s = 0; s < part->partition().segments(); ++s, ++segment) {
      if (segment % (std::int64_t{1} << level) == 0) weights.push_back(0);
      weights.back() += own.empty() ? plain : own[static_cast<std::size_t>(s)];
    }
  }
  return weights;
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/mapped_source.hpp"

#include <algorithm>
#include <utility>

#include "fold/geometry.hpp"
#include "source/timer.hpp"
#include "user/value_marks.hpp"

namespace scatterfold {
/// What one thread works with.
struct MappedSource::Desk {
  /// Of one input: a piece as it is stored, and a leaf of it as values.
  struct Elements {
    std::vector<std::byte> stored;
    alignas(64) std::byte decoded[leaf_elements * sizeof(double)];
  };
  std::vector<Elements> elements;
  std::vector<const void*> leaf;  ///< of each input
  alignas(64) long long index[leaf_elements];
};

MappedSource::MappedSource(std::vector<const Source*> inputs, const ElementPlaces& places, const LoadedMap& map,
                           bool selects, std::uint64_t seed)
    : inputs_(std::move(inputs)),
      places_(places),
      map_(map),
      seed_(seed),
      shape_(places.shape().begin(), places.shape().end()) {
  bool may_be_missing = selects;
  for (const Source* const input : inputs_) {
    const Decoding& from = input->decoding();
    decode_.push_back(from.needed ? host_decode_kernel(from) : nullptr);
    rules_.push_back(missing_rule(from));
    may_be_missing = may_be_missing || from.mark.given || from.nan_is_missing;
  }
  decoding_ = decoding_of_values(map.type(), may_be_missing);
}

bool MappedSource::reads_whole_units() const {
  return std::ranges::any_of(inputs_, [](const Source* input) { return input->reads_whole_units(); });
}

std::int64_t MappedSource::thread_bytes() const {
  const std::int64_t units = partition().unit_elements_limit();
  const std::int64_t elements = reads_whole_units() ? units : std::min(units, segment_elements);
  std::int64_t bytes = 0;
  for (const Source* const input : inputs_)
    bytes += input->thread_bytes() + elements * size_of(input->decoding().stored);
  return bytes;
}

ReadCost MappedSource::read(const Span& span, std::byte* out) const {
  thread_local Desk desk;
  desk.elements.resize(std::max(desk.elements.size(), inputs_.size()));
  desk.leaf.resize(inputs_.size());
  ReadCost cost;
  // What can be read in parts is, so that it is still in cache when it is used.
  const std::int64_t most = reads_whole_units() ? span.elements() : segment_elements;
  std::int64_t taken = 0;
  for (std::int64_t begin = span.begin; begin < span.end; begin += most) {
    const Span piece{span.unit, begin, std::min(span.end, begin + most)};
    taken += compute(piece, desk, out + (begin - span.begin) * size_of(decoding_.value), cost);
  }
  if (taken > 0 && decoding_.mark.given) refuse_marked_value(decoding_.value, span.unit);
  return cost;
}

std::int64_t MappedSource::compute(const Span& span, Desk& desk, std::byte* out, ReadCost& cost) const {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    std::vector<std::byte>& stored = desk.elements[i].stored;
    const auto bytes = static_cast<std::size_t>(span.elements() * size_of(inputs_[i]->decoding().stored));
    if (stored.size() < bytes) stored.resize(bytes);
    cost.add(inputs_[i]->read(span, stored.data()));
  }
  const Timer timer(cost.compute_s);
  user::UserCall call = {};
  call.inputs = desk.leaf.data();
  call.rules = rules_.data();
  call.missing = decoding_.mark.bits;
  if (map_.uses_place()) {
    call.index = desk.index;
    call.shape = shape_.data();
    call.dimensions = static_cast<int>(shape_.size());
    call.seed = seed_;
  }
  std::int64_t taken = 0;
  for (std::int64_t at = 0; at < span.elements(); at += leaf_elements) {
    const std::int64_t count = std::min<std::int64_t>(leaf_elements, span.elements() - at);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Decoding& from = inputs_[i]->decoding();
      desk.leaf[i] = desk.elements[i].stored.data() + at * size_of(from.stored);
      if (decode_[i] == nullptr) continue;
      decode_[i](from, desk.leaf[i], count, desk.elements[i].decoded);
      desk.leaf[i] = desk.elements[i].decoded;
    }
    if (call.index != nullptr) places_.fill({span.unit, span.begin + at, span.begin + at + count}, desk.index);
    call.count = count;
    call.values = out + at * size_of(decoding_.value);
    taken += map_.map()(call);
  }
  return taken;
}

}  // namespace scatterfold

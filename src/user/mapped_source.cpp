// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/mapped_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "fold/geometry.hpp"
#include "source/decoding_of.hpp"
#include "source/timer.hpp"

namespace scatterfold {
namespace {

/// What a missing element becomes; of whole numbers the last one that anybody would count to.
std::uint64_t missing_bits(ElementType type) {
  if (is_float(type)) return missing_nan(type);
  return type == ElementType::uint64 ? ~std::uint64_t{0} : std::uint64_t{1} << 63;
}

}  // namespace

MappedSource::MappedSource(const Source& elements, const LoadedMap& map, bool selects, const MapPlaces& places)
    : elements_(elements),
      map_(map),
      places_(map.uses_place() ? places : MapPlaces{}),
      decode_(elements.decoding().needed ? host_decode_kernel(elements.decoding()) : nullptr) {
  if (places_.places != nullptr) shape_.assign(places_.places->shape().begin(), places_.places->shape().end());
  const Decoding& from = elements.decoding();
  decoding_.stored = decoding_.value = map.type();
  decoding_.mark = {missing_bits(map.type()), selects || from.mark.given || from.nan_is_missing};
}

ReadCost MappedSource::read(const Span& span, std::byte* out) const {
  thread_local std::vector<std::byte> stored;
  alignas(64) std::byte decoded[leaf_elements * sizeof(double)];
  alignas(64) long long index[leaf_elements];
  const Decoding& from = elements_.decoding();
  const std::int64_t size = size_of(from.stored), value_size = size_of(decoding_.value);
  stored.resize(static_cast<std::size_t>(span.elements() * size));
  ReadCost cost = elements_.read(span, stored.data());

  const Timer timer(cost.compute_s);
  const user::MissingRule rule = {from.mark.bits, from.mark.given, from.nan_is_missing};
  user::UserCall call = {};
  call.rules = &rule;
  call.missing = decoding_.mark.bits;
  if (places_.places != nullptr) {
    call.index = index;
    call.shape = shape_.data();
    call.dimensions = static_cast<int>(shape_.size());
    call.seed = places_.seed;
  }
  long long taken = 0;
  for (std::int64_t at = 0; at < span.elements(); at += leaf_elements) {
    const std::int64_t count = std::min<std::int64_t>(leaf_elements, span.elements() - at);
    const std::byte* elements = stored.data() + at * size;
    if (decode_ != nullptr) {
      decode_(from, elements, count, decoded);
      elements = decoded;
    }
    const void* const inputs[] = {elements};
    if (places_.places != nullptr) places_.places->fill({span.unit, span.begin + at, span.begin + at + count}, index);
    call.inputs = inputs;
    call.count = count;
    call.values = out + at * value_size;
    taken += map_.map()(call);
  }
  if (taken > 0 && decoding_.mark.given) {
    throw NumericError(
        fmt::format("a value of --kernel or --expr is {} (unit {}), which stands for missing elements here: make it a "
                    "float, as in 1.0 * (...)",
                    decoding_.value == ElementType::uint64 ? "2^64 - 1" : "-2^63", span.unit));
  }
  return cost;
}

std::int64_t MappedSource::thread_bytes() const {
  return elements_.thread_bytes() + partition().unit_elements_limit() * size_of(elements_.decoding().stored);
}

}  // namespace scatterfold

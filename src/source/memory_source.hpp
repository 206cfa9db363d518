// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstring>
#include <utility>
#include <vector>

#include "source/source.hpp"

namespace scatterfold {

/// Elements in memory, in the order of the partition's units: what tests and benchmarks fold.
class MemorySource : public Source {
 public:
  /// `bytes` must outlive the source. Units lie one after the other.
  MemorySource(Partition partition, Decoding decoding, const std::byte* bytes)
      : partition_(std::move(partition)), decoding_(decoding), bytes_(bytes) {
    std::int64_t offset = 0;
    for (std::int64_t u = 0; u < partition_.units(); ++u) {
      offsets_.push_back(offset);
      offset += partition_.unit(u).elements();
    }
  }

  const Partition& partition() const override { return partition_; }
  const Decoding& decoding() const override { return decoding_; }
  ReadCost read(const Span& span, std::byte* out) const override {
    const std::int64_t size = size_of(decoding_.stored);
    std::memcpy(out, bytes_ + (offsets_[span.unit] + span.begin) * size, span.elements() * size);
    return {.bytes = span.elements() * size};
  }

 private:
  Partition partition_;
  Decoding decoding_;
  const std::byte* bytes_;
  std::vector<std::int64_t> offsets_;
};

}  // namespace scatterfold

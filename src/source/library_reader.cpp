// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <atomic>

#include "io/dataset.hpp"
#include "source/span_reader.hpp"
#include "source/timer.hpp"

namespace scatterfold {
namespace {

class LibraryReader : public SpanReader {
 public:
  explicit LibraryReader(const Dataset& dataset) : dataset_(dataset) {}

  const char* way() const override { return "HDF5 library, one thread at a time"; }
  bool through_library() const override { return true; }

  ReadCost read(const Partition& units, const Span& span, std::byte* out) const override {
    ReadCost cost;
    const Timer timer(cost.read_s);
    const std::int64_t size = size_of(dataset_.info().type);
    const Hyperslab unit = units.unit(span.unit);
    for (const Hyperslab& box : split_range(unit, span.begin, span.end)) {
      dataset_.read(box, out);
      out += box.elements() * size;
    }
    cost.bytes = span.elements() * size;
    unit_done_ = span.end == unit.elements();
    return cost;
  }
  /// In the middle of a chunk it would have to be decompressed anew.
  void release_idle() const override {
    if (unit_done_.exchange(false)) dataset_.forget_chunks();
  }

 private:
  const Dataset& dataset_;
  mutable std::atomic<bool> unit_done_ = false;  ///< and the library keeps what it had to decompress
};

}  // namespace

std::unique_ptr<SpanReader> make_library_reader(const Dataset& dataset) {
  return std::make_unique<LibraryReader>(dataset);
}

}  // namespace scatterfold

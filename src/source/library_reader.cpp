// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
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
    for (const Hyperslab& box : split_range(units.unit(span.unit), span.begin, span.end)) {
      dataset_.read(box, out);
      out += box.elements() * size;
    }
    cost.bytes = span.elements() * size;
    return cost;
  }

 private:
  const Dataset& dataset_;
};

}  // namespace

std::unique_ptr<SpanReader> make_library_reader(const Dataset& dataset) {
  return std::make_unique<LibraryReader>(dataset);
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/dataset.hpp"
#include "source/input_bytes.hpp"
#include "source/rows.hpp"
#include "source/span_reader.hpp"
#include "source/timer.hpp"

namespace scatterfold {
namespace {

class ContiguousReader : public SpanReader {
 public:
  explicit ContiguousReader(const Dataset& dataset) : info_(dataset.info()), file_(info_) {}

  const char* way() const override { return "pread by all threads"; }

  ReadCost read(const Partition& units, const Span& span, std::byte* out) const override {
    ReadCost cost;
    const Timer timer(cost.read_s);
    const std::int64_t size = size_of(info_.type);
    for (const Hyperslab& box : split_range(units.unit(span.unit), span.begin, span.end)) {
      for_each_row(box, info_.shape, [&](std::int64_t first, std::int64_t elements) {
        file_.read(info_.file_offset + first * size, out, elements * size);
        out += elements * size;
      });
    }
    cost.bytes = span.elements() * size;
    return cost;
  }

 private:
  const DatasetInfo& info_;
  InputBytes file_;
};

}  // namespace

std::unique_ptr<SpanReader> make_contiguous_reader(const Dataset& dataset) {
  return std::make_unique<ContiguousReader>(dataset);
}

}  // namespace scatterfold

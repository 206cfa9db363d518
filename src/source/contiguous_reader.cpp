// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/dataset.hpp"
#include "io/mapped_window.hpp"
#include "source/input_bytes.hpp"
#include "source/rows.hpp"
#include "source/span_reader.hpp"
#include "source/timer.hpp"

namespace scatterfold {
namespace {

class ContiguousView : public SourceView {
 public:
  ContiguousView(const DatasetInfo& info, const InputBytes& file, const Hyperslab& selection)
      : info_(info),
        file_(file),
        selection_(selection),
        row_(row_elements(selection, info.shape)),
        window_(file.descriptor(), file.size()) {}

  const std::byte* find(const Span& span) override {
    if (span.begin / row_ != (span.end - 1) / row_) return nullptr;  // it is in several places
    return window_.find(offset_of(span), bytes_of(span));
  }
  void check(const Span& span) const override {
    if (window_.lost() || file_.ends_before(offset_of(span) + bytes_of(span)))
      file_.report_lost(offset_of(span), bytes_of(span));
  }

 private:
  std::int64_t bytes_of(const Span& span) const { return span.elements() * size_of(info_.type); }
  std::int64_t offset_of(const Span& span) const {
    const std::vector<std::int64_t> at = indices_of(selection_, span.begin);
    std::int64_t element = 0;
    for (std::size_t d = 0; d < at.size(); ++d) element = element * info_.shape[d] + at[d];
    return info_.file_offset + element * size_of(info_.type);
  }

  const DatasetInfo& info_;
  const InputBytes& file_;
  const Hyperslab selection_;
  const std::int64_t row_;
  MappedWindow window_;
};

class ContiguousReader : public SpanReader {
 public:
  explicit ContiguousReader(const Dataset& dataset) : info_(dataset.info()), file_(info_) {}

  const char* way() const override { return "pread by all threads, or in place by CPUs where memory holds it"; }

  /// For rows that are worth a window each, or one that is all there is.
  std::unique_ptr<SourceView> make_view(const Partition& units) const override {
    const Hyperslab selection = units.unit(0);
    const std::int64_t row = row_elements(selection, info_.shape), size = size_of(info_.type);
    const bool worth = row == selection.elements() || row * size >= MappedWindow::window_bytes;
    if (row == 0 || !worth || info_.file_offset % size != 0) return nullptr;
    return std::make_unique<ContiguousView>(info_, file_, selection);
  }

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

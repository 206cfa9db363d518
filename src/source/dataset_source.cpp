// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/dataset_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "source/decoding_of.hpp"

namespace scatterfold {
namespace {

/// Rows shorter than this cost more as single reads than the library does.
constexpr std::int64_t shortest_row_bytes = 4096;

/// How many of the innermost elements of `slab` lie side by side in a dataset of this shape.
std::int64_t row_elements(const Hyperslab& slab, const std::vector<std::int64_t>& shape) {
  std::int64_t row = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    if (slab.step[d] != 1 && slab.count[d] > 1) break;
    row *= slab.count[d];
    if (slab.count[d] != shape[d]) break;
  }
  return row;
}

bool can_read_directly(const DatasetInfo& info, const Hyperslab& selection) {
  return info.layout == StorageLayout::contiguous && info.file_offset >= 0 && !info.converted &&
         (row_elements(selection, info.shape) * size_of(info.type) >= shortest_row_bytes ||
          row_elements(selection, info.shape) == selection.elements());
}

}  // namespace

DatasetSource::DatasetSource(std::unique_ptr<Dataset> dataset, Hyperslab selection)
    : dataset_(std::move(dataset)),
      direct_(can_read_directly(dataset_->info(), selection)),
      partition_(
          dataset_->info().shape, std::move(selection),
          dataset_->info().layout == StorageLayout::chunked ? dataset_->info().chunk : std::vector<std::int64_t>{}),
      decoding_(decoding_of(dataset_->info(), direct_)) {
  if (direct_) {
    file_ = ::open(dataset_->info().file.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ < 0) {
      throw InputError(fmt::format("cannot open {}: {}", dataset_->info().file, std::strerror(errno)));
    }
  }
}

DatasetSource::~DatasetSource() {
  if (file_ >= 0) ::close(file_);
}

const char* DatasetSource::way_of_reading() const {
  return direct_ ? "pread by all threads" : "HDF5 library, one thread at a time";
}

void DatasetSource::read(const Span& span, std::byte* out) const {
  const std::int64_t size = size_of(decoding_.stored);
  for (const Hyperslab& box : split_range(partition_.unit(span.unit), span.begin, span.end)) {
    if (direct_) {
      read_rows(box, out);
    } else {
      dataset_->read(box, out);
    }
    out += box.elements() * size;
  }
}

void DatasetSource::read_rows(const Hyperslab& box, std::byte* out) const {
  const DatasetInfo& info = dataset_->info();
  const std::int64_t size = size_of(info.type), row = row_elements(box, info.shape), rows = box.elements() / row;
  // The dimensions that one row covers whole need no walking.
  std::size_t outer = info.shape.size();
  for (std::int64_t covered = 1; covered < row; covered *= box.count[outer]) --outer;
  std::vector<std::int64_t> at(info.shape.size(), 0);
  for (std::int64_t r = 0; r < rows; ++r) {
    std::int64_t element = 0;
    for (std::size_t d = 0; d < info.shape.size(); ++d) {
      element = element * info.shape[d] + box.start[d] + at[d] * box.step[d];
    }
    read_bytes(info.file_offset + element * size, out, row * size);
    out += row * size;
    for (std::size_t d = outer; d-- > 0;) {
      if (++at[d] < box.count[d]) break;
      at[d] = 0;
    }
  }
}

void DatasetSource::read_bytes(std::int64_t offset, std::byte* out, std::int64_t bytes) const {
  const DatasetInfo& info = dataset_->info();
  while (bytes > 0) {
    const ssize_t got = ::pread(file_, out, static_cast<std::size_t>(bytes), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw InputError(
          fmt::format("cannot read {}:{} at byte {}: {}", info.file, info.path, offset, std::strerror(errno)));
    }
    if (got == 0) {
      throw InputError(
          fmt::format("{} ends at byte {} in the middle of dataset {}: the file is truncated, copy it again", info.file,
                      offset, info.path));
    }
    out += got;
    offset += got;
    bytes -= got;
  }
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <string>

#include "io/dataset.hpp"
#include "source/source.hpp"

namespace scatterfold {

/// The selected elements of an HDF5 dataset. Contiguous data in a layout that needs no conversion is read with pread,
/// by all threads at once; everything else through the library, one thread at a time.
class DatasetSource : public Source {
 public:
  /// `selection` lies within the dataset's shape. Errors: InputError.
  DatasetSource(std::unique_ptr<Dataset> dataset, Hyperslab selection);
  ~DatasetSource() override;

  const Partition& partition() const override { return partition_; }
  const Decoding& decoding() const override { return decoding_; }
  void read(const Span& span, std::byte* out) const override;

  /// "pread by all threads" or "HDF5 library, one thread at a time".
  const char* way_of_reading() const;

 private:
  void read_rows(const Hyperslab& box, std::byte* out) const;
  void read_bytes(std::int64_t offset, std::byte* out, std::int64_t bytes) const;

  std::unique_ptr<Dataset> dataset_;
  bool direct_;
  Partition partition_;
  Decoding decoding_;
  int file_ = -1;
};

}  // namespace scatterfold

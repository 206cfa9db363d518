// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/element_type.hpp"

namespace scatterfold {

/// A dataset to be written in full, and how it is stored.
struct FieldLayout {
  std::string path;                 ///< inside the file; groups on the way are made
  std::vector<std::int64_t> shape;  ///< empty: a scalar
  ElementType type = ElementType::float32;
  bool boolean = false;  ///< stored as h5py does: an enumeration of FALSE and TRUE; `type` is uint8
  bool big_endian = false;
  std::vector<std::int64_t> chunk;  ///< empty: contiguous. May exceed the shape; that dimension is then unlimited
  int deflate = -1;                 ///< level 0 to 9, or -1 for none
  bool shuffle = false, fletcher32 = false;
  std::vector<std::pair<std::string, std::string>> attributes;       ///< of the dataset
  std::vector<std::pair<std::string, std::string>> root_attributes;  ///< of the file

  std::int64_t elements() const;
  std::int64_t bytes() const { return elements() * size_of(type); }
};

/// Computes elements [begin, begin + count) of the flattened dataset, as they are stored, into `out`.
using FillRange = std::function<void(std::int64_t begin, std::int64_t count, void* out)>;
/// Makes one FillRange per thread, so that it may keep a state of its own.
using MakeFill = std::function<FillRange()>;

/// Checks the room on the disk and the file-size limit, creates the file at `path` (over what is there) with its
/// metadata and `complete` = 0, and reserves the room of contiguous data, so that a full disk is known before any data.
/// Gives the file offset of contiguous data, -1 for chunked or no data.
/// Errors: OutputError; UsageError for a layout that HDF5 refuses.
std::int64_t create_field_file(const std::string& path, const FieldLayout& layout);

/// Writes elements [begin, end) of contiguous data at `offset`, computed by `threads` threads. Any number of processes
/// may do so at once, each its own range. Errors: OutputError.
void write_field_range(const std::string& path, const FieldLayout& layout, std::int64_t offset, std::int64_t begin,
                       std::int64_t end, int threads, const MakeFill& make_fill);

/// Writes all chunks, computed and packed by `threads` threads. The order in the file is the grid's, whatever the
/// number of threads, so the file's bytes are always the same. Errors: OutputError.
void write_field_chunks(const std::string& path, const FieldLayout& layout, int threads, const MakeFill& make_fill);

/// Sets `complete` = 1, then opens the file anew and checks that everything is there. Does not fsync or rename: that is
/// OutputClaim's. Errors: OutputError.
void finish_field_file(const std::string& path, const FieldLayout& layout, std::int64_t offset);

}  // namespace scatterfold

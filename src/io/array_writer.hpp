// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "io/array_file.hpp"

namespace scatterfold {

/// Writes boxes of the variables of an array file, and makes sure that the file has them.
/// Contiguous variables may be written by any number of processes and threads at once, with a writer each; chunked ones
/// by one process.
class ArrayWriter {
 public:
  /// `offsets` as `create_array_file` gave them. Opens nothing. `layout` must outlive the writer.
  ArrayWriter(std::string path, const ArrayLayout& layout, std::vector<std::int64_t> offsets);
  ~ArrayWriter();

  /// Writes a box (indices of the variable, step 1). Values are rounded to the stored type once, to nearest. `missing`
  /// is empty or has one byte per element: where it is not zero the fill value is written, without one NaN in floats
  /// and 0 in integers. Of a chunked variable right for any boxes, fast for those that cover chunks whole: a chunk that
  /// is cut may be packed again.
  /// Errors: OutputError; NumericError for a value that the type cannot hold.
  void write(std::size_t variable, const Hyperslab& box, const ArrayValues& values,
             std::span<const std::uint8_t> missing);

  /// Flushes what was written to the device and reads it back from there, as far as the system lets go of its copies.
  /// To be called before anybody takes the file for whole; boxes must not be written twice between two calls.
  /// Errors: OutputError; NumericError where the file has other values.
  void settle();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace scatterfold

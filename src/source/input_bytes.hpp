// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/file_descriptor.hpp"

namespace scatterfold {

struct DatasetInfo;

/// The bytes of the file that a dataset is in. Threads may read at once.
class InputBytes {
 public:
  /// Errors: InputError.
  explicit InputBytes(const DatasetInfo& info);

  std::int64_t size() const { return size_; }
  int descriptor() const { return file_.get(); }

  /// Errors: InputError; a file that ends before `offset + bytes` is truncated.
  void read(std::int64_t offset, std::byte* out, std::int64_t bytes) const;
  /// Whether the file has become shorter than that by now.
  bool ends_before(std::int64_t end) const;
  /// To be called when bytes of a MappedWindow were lost: throws what reading them says.
  [[noreturn]] void report_lost(std::int64_t offset, std::int64_t bytes) const;

 private:
  const DatasetInfo& info_;
  FileDescriptor file_;
  std::int64_t size_ = 0;
};

}  // namespace scatterfold

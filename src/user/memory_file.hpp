// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/file_descriptor.hpp"

namespace scatterfold {

/// A file in memory: none is left, whatever ends this process.
class MemoryFile {
 public:
  /// Errors: ResourceError.
  explicit MemoryFile(std::span<const std::byte> content = {});

  int descriptor() const { return file_.get(); }
  std::string content() const;

 private:
  FileDescriptor file_;
};

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

namespace scatterfold {

/// Bytes on the heap with nothing behind them, so that a sanitizer sees the first one that is read too many.
class ExactCopy {
 public:
  explicit ExactCopy(std::span<const std::byte> from) : bytes_(new std::byte[from.size()]), size_(from.size()) {
    if (size_ > 0) std::memcpy(bytes_.get(), from.data(), size_);
  }
  explicit ExactCopy(std::size_t size) : bytes_(new std::byte[size]()), size_(size) {}
  std::span<std::byte> bytes() { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_;
};

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/large_array.hpp"
#include "fold/fold.hpp"

namespace scatterfold {

/// The digest of an array of results: XXH3-128 over the edges of its bins and then, position by position, row-major,
/// its fields in their order, as 8 bytes each, little-endian; NaN is one canonical NaN.
class ArrayDigest {
 public:
  explicit ArrayDigest(const std::vector<ArrayField>& fields);
  ~ArrayDigest();
  ArrayDigest(ArrayDigest&&) noexcept;

  /// The next `count` positions; per field the values, those of bins side by side.
  void add(const std::vector<LargeArray<std::uint64_t>>& values, std::int64_t count);
  /// 32 hex digits.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace scatterfold

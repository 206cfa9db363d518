// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>

#include "fold/decoding.hpp"
#include "partition/partition.hpp"

namespace scatterfold {

/// Where elements come from.
class Source {
 public:
  virtual ~Source() = default;

  virtual const Partition& partition() const = 0;
  virtual const Decoding& decoding() const = 0;

  /// Reads the stored bytes of a span into `out` (elements * size_of(stored) bytes). Threads may call it at once.
  /// Errors: InputError naming file, dataset and place.
  virtual void read(const Span& span, std::byte* out) const = 0;
};

}  // namespace scatterfold

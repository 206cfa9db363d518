// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "fold/kernels.hpp"
#include "source/source.hpp"
#include "user/loaded_map.hpp"

namespace scatterfold {

/// The elements of another source as a user's expression makes them, leaf by leaf on the thread that reads. Missing
/// elements stay missing, and those that `where` leaves out become so.
class MappedSource : public Source {
 public:
  /// Both outlive it. `selects`: whether the expression leaves elements out.
  MappedSource(const Source& elements, const LoadedMap& map, bool selects);

  const Partition& partition() const override { return elements_.partition(); }
  const Decoding& decoding() const override { return decoding_; }
  /// Errors: as the source's; NumericError where a whole number is the one that stands for missing elements.
  ReadCost read(const Span& span, std::byte* out) const override;
  bool reads_whole_units() const override { return elements_.reads_whole_units(); }
  std::int64_t thread_bytes() const override;

 private:
  const Source& elements_;
  const LoadedMap& map_;
  HostDecodeKernel decode_;
  Decoding decoding_;  ///< of the values: as they are
};

}  // namespace scatterfold

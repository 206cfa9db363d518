// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "source/source.hpp"

namespace scatterfold {

/// The elements of another source as a user's code makes them on a GPU. The backend of a GPU reads those elements and
/// runs the program on them; nobody reads values from here.
class DeviceMappedSource : public Source {
 public:
  /// `elements` outlives it. `program`: what `compile_for_device` gave, also on another rank. `selects`: whether the
  /// code leaves elements out.
  DeviceMappedSource(const Source& elements, std::vector<std::byte> program, bool selects);

  const Partition& partition() const override { return elements_.partition(); }
  const Decoding& decoding() const override { return decoding_; }
  /// Errors: Error(internal), always.
  ReadCost read(const Span& span, std::byte* out) const override;

  const Source& elements() const { return elements_; }
  std::span<const std::byte> cubin() const { return std::span(program_).first(program_.size() - 1); }

 private:
  const Source& elements_;
  std::vector<std::byte> program_;  ///< a cubin, and the type of the values
  Decoding decoding_;
};

}  // namespace scatterfold

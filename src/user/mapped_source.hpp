// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "fold/kernels.hpp"
#include "source/element_places.hpp"
#include "source/source.hpp"
#include "user/loaded_map.hpp"

namespace scatterfold {

/// Of a map that asks where elements are: their places, and the seed of random numbers. Outlives its user.
struct MapPlaces {
  const ElementPlaces* places = nullptr;
  std::uint64_t seed = 0;
};

/// The elements of another source as a user's kernel or expression makes them, leaf by leaf on the thread that reads.
/// Missing elements stay missing, and those that `where` leaves out become so.
class MappedSource : public Source {
 public:
  /// All outlive it. `selects`: whether the user leaves elements out. `places`: for a map that uses them.
  MappedSource(const Source& elements, const LoadedMap& map, bool selects, const MapPlaces& places = {});

  const Partition& partition() const override { return elements_.partition(); }
  const Decoding& decoding() const override { return decoding_; }
  /// Errors: as the source's; NumericError where a whole number is the one that stands for missing elements.
  ReadCost read(const Span& span, std::byte* out) const override;
  bool reads_whole_units() const override { return elements_.reads_whole_units(); }
  std::int64_t thread_bytes() const override;

 private:
  const Source& elements_;
  const LoadedMap& map_;
  MapPlaces places_;
  std::vector<long long> shape_;  ///< of the places
  HostDecodeKernel decode_;
  Decoding decoding_;  ///< of the values: as they are
};

}  // namespace scatterfold

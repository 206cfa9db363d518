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

/// What a user's kernel or expression makes of the elements of some inputs that belong together, leaf by leaf on the thread that
/// reads; of no input, of the places alone. Where an element of any input is missing so is the value, and those that
/// `where` leaves out become so.
class MappedSource : public Source {
 public:
  /// All outlive it. The inputs are cut as the places are. `selects`: whether the user leaves elements out. `seed`: of
  /// random numbers.
  MappedSource(std::vector<const Source*> inputs, const ElementPlaces& places, const LoadedMap& map, bool selects,
               std::uint64_t seed = 0);

  const Partition& partition() const override { return places_.partition(); }
  const Decoding& decoding() const override { return decoding_; }
  /// Errors: as the inputs'; NumericError where a whole number is the one that stands for missing elements.
  ReadCost read(const Span& span, std::byte* out) const override;
  bool reads_whole_units() const override;
  std::int64_t thread_bytes() const override;

  const std::vector<const Source*>& inputs() const { return inputs_; }

 private:
  struct Desk;

  std::int64_t compute(const Span& span, Desk& desk, std::byte* out, ReadCost& cost) const;

  std::vector<const Source*> inputs_;
  const ElementPlaces& places_;
  const LoadedMap& map_;
  std::uint64_t seed_;
  std::vector<long long> shape_;          ///< of the places
  std::vector<HostDecodeKernel> decode_;  ///< of each input; null where elements are as they are stored
  std::vector<user::MissingRule> rules_;
  Decoding decoding_;  ///< of the values: as they are
};

}  // namespace scatterfold

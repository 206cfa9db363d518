// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "math/random.hpp"

namespace scatterfold::user {

/// Where the element is whose value is computed, and what its random numbers come from.
struct Place {
  long long number = 0;  ///< row-major, in the whole shape
  const long long* shape = nullptr;
  int dimensions = 0;
  unsigned long long seed = 0;
};

/// n / by for 0 <= n < 2^51 and by > 0. Processors take a float64's quotient several times as fast, several at once,
/// and it is off by one at most.
SCATTERFOLD_HD long long small_quotient(long long n, long long by) {
  const auto to_double = [](long long whole) { return math::whole_to_double(static_cast<math::Bits>(whole)); };
  const math::Bits shifted = math::to_bits(to_double(n) / to_double(by) + math::round_shift);
  const auto nearest = static_cast<long long>(shifted - math::to_bits(math::round_shift));
  return nearest - (nearest * by > n);
}

/// What the text of a user is a part of: its functions ask these of the element.
struct PlaceFunctions {
  Place scatterfold_place = {};

  SCATTERFOLD_HD long long index() const { return scatterfold_place.number; }
  SCATTERFOLD_HD int dimensions() const { return scatterfold_place.dimensions; }

  /// The length of a dimension; negative ones count from the end. 1 where there is no such dimension.
  SCATTERFOLD_HD long long extent(long long dimension) const {
    const long long d = from_front(dimension);
    return d >= 0 ? scatterfold_place.shape[d] : 1;
  }

  /// The element's index in a dimension; 0 where there is no such dimension.
  SCATTERFOLD_HD long long coordinate(long long dimension) const {
    const long long d = from_front(dimension);
    if (d < 0) return 0;
    long long inner = 1, all = scatterfold_place.shape[0];
    for (int k = 1; k < scatterfold_place.dimensions; ++k) {
      all *= scatterfold_place.shape[k];
      if (k > d) inner *= scatterfold_place.shape[k];
    }
    const long long n = scatterfold_place.number, length = scatterfold_place.shape[d];
    if (all >= 1ll << 51) return n / inner % length;
    const long long rows = inner == 1 ? n : small_quotient(n, inner);
    return d == 0 ? rows : rows - small_quotient(rows, length) * length;
  }

  /// In [0, 1), with 53 bits: the draw-th of the element.
  SCATTERFOLD_HD double uniform(long long draw) const {
    return math::uniform_at(scatterfold_place.seed, static_cast<math::Bits>(scatterfold_place.number),
                            static_cast<math::Bits>(draw));
  }
  /// Of mean 0 and standard deviation 1.
  SCATTERFOLD_HD double normal(long long draw) const {
    return math::normal_at(scatterfold_place.seed, static_cast<math::Bits>(scatterfold_place.number),
                           static_cast<math::Bits>(draw));
  }

 private:
  /// -1 where there is no such dimension.
  SCATTERFOLD_HD long long from_front(long long dimension) const {
    const long long count = scatterfold_place.dimensions;
    const long long d = dimension < 0 ? dimension + count : dimension;
    return d >= 0 && d < count ? d : -1;
  }
};

}  // namespace scatterfold::user

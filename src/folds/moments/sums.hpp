// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "base/lanes.hpp"
#include "fold/geometry.hpp"

namespace scatterfold::moments {

template <class V>
SCATTERFOLD_HD Mask<V> is_missing(V x, const MissingMark& mark) {
  using Bits = UnsignedOf<NumberOf<V>>;
  return as_mask<V>(bits_of(x) == fill<Rebind<V, Bits>>(static_cast<Bits>(mark.bits)));
}
/// Which elements take part: there, not missing, and no NaN.
template <class V>
SCATTERFOLD_HD Mask<V> is_valid(Mask<V> present, V x, const MissingMark& mark) {
  const Mask<V> ordered = both(present, as_mask<V>(x == x));
  return mark.given ? but_not(ordered, is_missing(x, mark)) : ordered;
}
#ifdef __CUDACC__
__device__ __forceinline__ std::int32_t add_over_warp(std::int32_t value) {
  return __reduce_add_sync(0xffffffffu, value);
}
__device__ __forceinline__ std::int64_t add_over_warp(std::int64_t value) {
  for (int distance = 16; distance > 0; distance /= 2) {
    value += static_cast<std::int64_t>(__shfl_xor_sync(0xffffffffu, static_cast<long long>(value), distance));
  }
  return value;
}
#endif

}  // namespace scatterfold::moments

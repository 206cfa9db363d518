// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "fold/extent.hpp"
#include "folds/moments/sums.hpp"

/// What moments gathers in the first sweep over a leaf of floats.
namespace scatterfold::moments {

/// A float as float64, divided by `scale_of`, a power of two, where that is cheaper: a GPU converts few numbers to
/// float64 at a time, but moves the bits of a float32 fast. They then mean 2^-896 of it, subnormals and zeros included;
/// sums of such numbers are rounded as those of the numbers themselves: down to where float64 has fewer digits left,
/// all sums of float32 are exact in both. NaN and infinities become large finite numbers.
template <class V>
SCATTERFOLD_HD Rebind<V, double> scaled(V x) {
#ifdef __CUDA_ARCH__
  if constexpr (std::is_same_v<V, float>) {
    const int bits = __float_as_int(x);
    return __hiloint2double((bits >> 3) & 0x8fffffff, bits << 29);
  }
#endif
  return convert<double>(x);
}
template <class V>
SCATTERFOLD_HD double scale_of() {
#ifdef __CUDA_ARCH__
  if constexpr (std::is_same_v<V, float>) return 0x1p896;
#endif
  return 1;
}

/// First sweep over floats that are all present.
template <class V>
struct FloatSum {
  Rebind<V, double> sum;

  // -0.0 is the identity of addition: 0.0 would turn a sum of -0.0 into +0.0.
  SCATTERFOLD_HD static FloatSum none() { return {fill<Rebind<V, double>>(-0.0)}; }
  SCATTERFOLD_HD void add(V x, const MissingMark&) { sum = sum + scaled(x); }
  SCATTERFOLD_HD double total() const { return sum * scale_of<V>(); }
  SCATTERFOLD_HD void merge(const FloatSum& other) { sum = sum + other.sum; }
  template <class To, class F>
  SCATTERFOLD_HD FloatSum<To> zip(const FloatSum& other, const F& f) const {
    return {f(sum, other.sum)};
  }
};

/// The extremes of elements that are all present and no NaN.
template <template <class> class E>
struct ExtremesBy {
  template <class V>
  struct Extremes {
    E<V> extent;

    SCATTERFOLD_HD static Extremes none() { return {E<V>::none()}; }
    SCATTERFOLD_HD void add(V x, const MissingMark&) { extent.add(x); }
    SCATTERFOLD_HD void merge(const Extremes& other) { extent.merge(other.extent); }
    template <class To, class F>
    SCATTERFOLD_HD Extremes<To> zip(const Extremes& other, const F& f) const {
      return {extent.template zip<To>(other.extent, f)};
    }
#ifdef __CUDACC__
    __device__ __forceinline__ void join_warp() {
      if constexpr (requires { extent.join_warp(); }) {
        extent.join_warp();
      } else {
        for (int distance = 16; distance > 0; distance /= 2) {
          merge({{__shfl_xor_sync(0xffffffffu, extent.low, distance),
                  __shfl_xor_sync(0xffffffffu, extent.high, distance)}});
        }
      }
    }
#endif
  };
};
template <class V>
using OrderedExtremes = typename ExtremesBy<Extent>::template Extremes<V>;
/// Few instruction sets have the extremes of 64-bit integers: doubles are compared, and again where that left zeros
/// open.
template <class V>
using FirstExtremes = std::conditional_t<sizeof(NumberOf<V>) == 8,
                                         typename ExtremesBy<ComparedExtent>::template Extremes<V>, OrderedExtremes<V>>;

/// Which elements take part: there, not missing, and no NaN.
template <class V>
SCATTERFOLD_HD Mask<V> is_valid(Mask<V> present, V x, const MissingMark& mark) {
  const Mask<V> ordered = both(present, as_mask<V>(x == x));
  return mark.given ? but_not(ordered, is_missing(x, mark)) : ordered;
}

/// First sweep over floats of which some may be absent, missing, NaN or infinite: their sum,
template <class V>
struct CarefulSum {
  Rebind<V, double> sum;

  SCATTERFOLD_HD static CarefulSum none() { return {fill<Rebind<V, double>>(-0.0)}; }
  SCATTERFOLD_HD void add_where(Mask<V> present, V x, const MissingMark& mark) {
    sum = sum + select(is_valid(present, x, mark), convert<double>(x), fill<Rebind<V, double>>(-0.0));
  }
  SCATTERFOLD_HD void merge(const CarefulSum& other) { sum = sum + other.sum; }
  template <class To, class F>
  SCATTERFOLD_HD CarefulSum<To> zip(const CarefulSum& other, const F& f) const {
    return {f(sum, other.sum)};
  }
};

/// and what is counted.
template <class V>
struct CarefulCounts {
  Extent<V> extent;
  Rebind<V, std::int32_t> count, missing, nan, inf;

  SCATTERFOLD_HD static CarefulCounts none() {
    using Counter = Rebind<V, std::int32_t>;
    return {Extent<V>::none(), Counter{}, Counter{}, Counter{}, Counter{}};
  }
  SCATTERFOLD_HD void add_where(Mask<V> present, V x, const MissingMark& mark) {
    const Mask<V> lost = mark.given ? both(present, is_missing(x, mark)) : Mask<V>{};
    const Mask<V> valid = is_valid(present, x, mark);
    extent.add_where(valid, x);
    count = count + ones<V>(valid);
    missing = missing + ones<V>(lost);
    nan = nan + ones<V>(but_not(but_not(present, lost), as_mask<V>(x == x)));
    inf = inf + ones<V>(but_not(valid, as_mask<V>(x - x == x - x)));
  }
  SCATTERFOLD_HD void merge(const CarefulCounts& other) {
    extent.merge(other.extent);
    count = count + other.count;
    missing = missing + other.missing;
    nan = nan + other.nan;
    inf = inf + other.inf;
  }
  template <class To, class F>
  SCATTERFOLD_HD CarefulCounts<To> zip(const CarefulCounts& other, const F& f) const {
    return {extent.template zip<To>(other.extent, f), f(count, other.count), f(missing, other.missing),
            f(nan, other.nan), f(inf, other.inf)};
  }
#ifdef __CUDACC__
  __device__ __forceinline__ void join_warp() {
    extent.join_warp();
    count = add_over_warp(count);
    missing = add_over_warp(missing);
    nan = add_over_warp(nan);
    inf = add_over_warp(inf);
  }
#endif
};

}  // namespace scatterfold::moments

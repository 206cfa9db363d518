// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "fold/extent.hpp"
#include "folds/moments/sums.hpp"

/// What moments gathers of a leaf of floats beside the powers of deviations.
namespace scatterfold::moments {

/// The extremes of elements that are all present and no NaN.
template <template <class> class E>
struct ExtremesBy {
  template <class V>
  struct Extremes {
    E<V> extent;

    SCATTERFOLD_HD static Extremes none() { return {E<V>::none()}; }
    template <class Context>
    SCATTERFOLD_HD void add(V x, const Context&) {
      extent.add(x);
    }
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
/// Few instruction sets have the extremes of integers of so many bytes: there floats are compared, and OrderedExtremes
/// follow where that leaves zeros open.
#if defined(__AVX512F__)
constexpr int compared_bytes = 16;
#elif defined(__AVX2__) || defined(__CUDACC__)
constexpr int compared_bytes = 8;
#else
constexpr int compared_bytes = 4;
#endif
template <class V>
using FirstExtremes = std::conditional_t<sizeof(NumberOf<V>) >= compared_bytes,
                                         typename ExtremesBy<ComparedExtent>::template Extremes<V>, OrderedExtremes<V>>;

/// First of two sweeps over floats of which some may be absent, missing, NaN or infinite: their sum,
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

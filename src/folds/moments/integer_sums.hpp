// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "fold/extent.hpp"
#include "folds/moments/sums.hpp"

/// What moments gathers in the first sweep over a leaf of integers.
namespace scatterfold::moments {

/// Integers of at most 16 bits: their squares sum exactly within a leaf, so the second moment is exact there.
template <class T>
inline constexpr bool is_narrow = std::is_integral_v<T> && sizeof(T) <= 2;

/// First sweep over integers: exact. A 64-bit integer is summed as its upper and lower half.
template <class V>
struct IntegerSums {
  using T = NumberOf<V>;
  static constexpr bool wide = sizeof(T) == 8;
  using Low = std::conditional_t<sizeof(T) == 1, Rebind<V, std::int32_t>, Rebind<V, std::int64_t>>;

  Low sum;                        // of the values; of their lower halves where they are wide
  Rebind<V, std::int64_t> upper;  // of the upper halves, wide only
  Low squares;                    // narrow only
  Extent<V> extent;
  Rebind<V, std::int32_t> count, missing;

  SCATTERFOLD_HD static IntegerSums none() {
    using Counter = Rebind<V, std::int32_t>;
    return {Low{}, Rebind<V, std::int64_t>{}, Low{}, Extent<V>::none(), Counter{}, Counter{}};
  }

  SCATTERFOLD_HD void add(V x, const MissingMark&) {
    accumulate(x);
    extent.add(x);
  }
  SCATTERFOLD_HD void add_where(Mask<V> present, V x, const MissingMark& mark) {
    const Mask<V> lost = mark.given ? both(present, is_missing(x, mark)) : Mask<V>{};
    const Mask<V> valid = but_not(present, lost);
    accumulate(select(valid, x, V{}));
    extent.add_where(valid, x);
    count = count + ones<V>(valid);
    missing = missing + ones<V>(lost);
  }
  SCATTERFOLD_HD void merge(const IntegerSums& other) {
    sum = sum + other.sum;
    if constexpr (wide) upper = upper + other.upper;
    if constexpr (is_narrow<T>) squares = squares + other.squares;
    extent.merge(other.extent);
    count = count + other.count;
    missing = missing + other.missing;
  }
#ifndef __CUDACC__
  /// Single bytes of a full leaf: plain loops, of which compilers make products of pairs.
  SCATTERFOLD_HD static IntegerSums of_leaf(const T* x) requires(sizeof(T) == 1) {
    IntegerSums all = none();
    for (int i = 0; i < leaf_elements; ++i) {
      all.sum += x[i];
      all.squares += x[i] * x[i];
    }
    for (int i = 0; i < leaf_elements; ++i) all.extent.add(x[i]);
    return all;
  }
#else
  __device__ __forceinline__ void join_warp() {
    sum = add_over_warp(sum);
    if constexpr (wide) upper = add_over_warp(upper);
    if constexpr (is_narrow<T>) squares = add_over_warp(squares);
    extent.join_warp();
    count = add_over_warp(count);
    missing = add_over_warp(missing);
  }
  /// Single bytes, four to a word: products of four at once, extremes of every other byte as the upper halves of 16
  /// bits.
  template <int n>
  __device__ __forceinline__ static IntegerSums of_words(const unsigned (&words)[n]) requires(sizeof(T) == 1) {
    IntegerSums all = none();
    unsigned low = std::is_signed_v<T> ? 0x7fff7fffu : 0xffffffffu, high = std::is_signed_v<T> ? 0x80008000u : 0u;
#pragma unroll
    for (int i = 0; i < n; ++i) {
      const unsigned word = words[i], odd = word, even = word << 8;
      if constexpr (std::is_signed_v<T>) {
        all.sum = __dp4a(static_cast<int>(word), 0x01010101, all.sum);
        all.squares = __dp4a(static_cast<int>(word), static_cast<int>(word), all.squares);
        low = __vimin3_s16x2(low, odd, even);
        high = __vimax3_s16x2(high, odd, even);
      } else {
        all.sum = static_cast<int>(__dp4a(word, 0x01010101u, static_cast<unsigned>(all.sum)));
        all.squares = static_cast<int>(__dp4a(word, word, static_cast<unsigned>(all.squares)));
        low = __vimin3_u16x2(low, odd, even);
        high = __vimax3_u16x2(high, odd, even);
      }
    }
    all.extent.low = smaller(static_cast<T>(low >> 24), static_cast<T>(low >> 8));
    all.extent.signed_high = larger(static_cast<T>(high >> 24), static_cast<T>(high >> 8));
    return all;
  }
#endif
  template <class To, class F>
  SCATTERFOLD_HD IntegerSums<To> zip(const IntegerSums& other, const F& f) const {
    return {f(sum, other.sum),         f(upper, other.upper),
            f(squares, other.squares), extent.template zip<To>(other.extent, f),
            f(count, other.count),     f(missing, other.missing)};
  }

 private:
  SCATTERFOLD_HD void accumulate(V x) {
    if constexpr (wide) {
      const auto bits = bits_of(x);
      sum = sum + convert<std::int64_t>(bits & fill<decltype(bits_of(x))>(0xffffffffu));
      upper = upper + convert<std::int64_t>(x >> fill<V>(32));
    } else if constexpr (is_narrow<T>) {
      // 16 bits squared fit 32 unsigned bits; a lane adds few enough of 8 bits to stay within int32.
      const auto small = convert<std::int32_t>(x);
      sum = sum + convert<NumberOf<Low>>(small);
      if constexpr (is_pack<V>) {
        squares = squares + convert<NumberOf<Low>>(convert<std::uint32_t>(small) * convert<std::uint32_t>(small));
      } else {
        squares += static_cast<Low>(small) * small;
      }
    } else {
      sum = sum + convert<std::int64_t>(x);
    }
  }
};

}  // namespace scatterfold::moments

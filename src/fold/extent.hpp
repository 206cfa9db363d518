// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/lanes.hpp"

namespace scatterfold {

inline constexpr std::int64_t no_low_key = INT64_MAX;
inline constexpr std::int64_t no_high_key = INT64_MIN;

/// An int64 that sorts as the number does, with -0.0 below +0.0. float32 goes through float64, exactly.
template <class T>
SCATTERFOLD_HD std::int64_t ordered_key(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    const auto bits = static_cast<std::int64_t>(bits_of(static_cast<double>(value)));
    return bits ^ static_cast<std::int64_t>(static_cast<std::uint64_t>(bits >> 63) >> 1);
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    return static_cast<std::int64_t>(value ^ 0x8000000000000000u);
  } else {
    return static_cast<std::int64_t>(value);
  }
}

/// The float64 that a key came from.
SCATTERFOLD_HD double float_of_key(std::int64_t key) {
  return __builtin_bit_cast(double, key ^ static_cast<std::int64_t>(static_cast<std::uint64_t>(key >> 63) >> 1));
}

/// Smallest and largest of many numbers, as their ordered keys would have it, lane by lane.
///
/// Floats are followed as raw bits, three integer operations each: among negative floats the largest unsigned bits are
/// the smallest number, and among positive ones the smallest bits are. NaN must not be added.
template <class V>
struct Extent {
  using T = NumberOf<V>;
  static constexpr bool floats = std::is_floating_point_v<T>;
  using Signed = std::conditional_t<floats, Rebind<V, SignedOf<T>>, V>;
  using Unsigned = std::conditional_t<floats, Rebind<V, UnsignedOf<T>>, V>;

  Signed signed_high;
  Unsigned low, high;  // integers use low and signed_high only

  SCATTERFOLD_HD static Extent none() {
    Extent e{};
    if constexpr (floats) {
      e.signed_high = fill<Signed>(lowest<SignedOf<T>>());
      e.low = fill<Unsigned>(static_cast<UnsignedOf<T>>(~UnsignedOf<T>{0}));
      e.high = fill<Unsigned>(0);
    } else {
      e.signed_high = fill<V>(lowest<T>());
      e.low = fill<V>(static_cast<T>(~lowest<T>()));
    }
    return e;
  }

  SCATTERFOLD_HD void add(V x) {
    if constexpr (floats) {
      const Unsigned raw = bits_of(x);
      signed_high = larger(signed_high, __builtin_bit_cast(Signed, raw));
      low = smaller(low, raw);
      high = larger(high, raw);
    } else {
      signed_high = larger(signed_high, x);
      low = smaller(low, x);
    }
  }

  SCATTERFOLD_HD void add_where(Mask<V> mask, V x) {
    Extent with = *this;
    with.add(x);
    signed_high = select(mask, with.signed_high, signed_high);
    low = select(mask, with.low, low);
    if constexpr (floats) high = select(mask, with.high, high);
  }

  SCATTERFOLD_HD void merge(const Extent& other) {
    signed_high = larger(signed_high, other.signed_high);
    low = smaller(low, other.low);
    if constexpr (floats) high = larger(high, other.high);
  }

  template <class To, class F>
  SCATTERFOLD_HD Extent<To> zip(const Extent& other, const F& f) const {
    return {f(signed_high, other.signed_high), f(low, other.low), f(high, other.high)};
  }

#ifdef __CUDACC__
  /// All threads of the warp together, where V is a number.
  __device__ __forceinline__ void join_warp() {
    if constexpr (sizeof(T) <= 4) {
      using Wide = std::conditional_t<std::is_signed_v<Signed>, int, unsigned>;
      using WideLow = std::conditional_t<std::is_signed_v<Unsigned>, int, unsigned>;
      signed_high = static_cast<Signed>(__reduce_max_sync(0xffffffffu, static_cast<Wide>(signed_high)));
      low = static_cast<Unsigned>(__reduce_min_sync(0xffffffffu, static_cast<WideLow>(low)));
      if constexpr (floats) high = __reduce_max_sync(0xffffffffu, high);
    } else {
      for (int distance = 16; distance > 0; distance /= 2) {
        signed_high = larger<Signed>(signed_high, __shfl_xor_sync(0xffffffffu, signed_high, distance));
        low = smaller<Unsigned>(low, __shfl_xor_sync(0xffffffffu, low, distance));
        if constexpr (floats) high = larger<Unsigned>(high, __shfl_xor_sync(0xffffffffu, high, distance));
      }
    }
  }
#endif

  /// Ordered keys of the extremes, when V is a number and something was added.
  SCATTERFOLD_HD std::int64_t low_key() const {
    if constexpr (floats) {
      const bool any_negative = (high >> (8 * sizeof(T) - 1)) != 0;
      return ordered_key(__builtin_bit_cast(T, any_negative ? high : low));
    } else {
      return ordered_key(low);
    }
  }
  SCATTERFOLD_HD std::int64_t high_key() const {
    if constexpr (floats) {
      return ordered_key(__builtin_bit_cast(T, signed_high >= 0 ? static_cast<Unsigned>(signed_high) : low));
    } else {
      return ordered_key(signed_high);
    }
  }

 private:
  template <class I>
  SCATTERFOLD_HD static constexpr I lowest() {
    return std::is_signed_v<I> ? static_cast<I>(UnsignedOf<I>{1} << (8 * sizeof(I) - 1)) : I{0};
  }
};

/// Smallest and largest of floats by comparison, where that is cheaper: -0.0 and +0.0 are the same to it. NaN is passed
/// over.
template <class V>
struct ComparedExtent {
  using T = NumberOf<V>;
  V low, high;

  SCATTERFOLD_HD static ComparedExtent none() {
    constexpr T infinity = static_cast<T>(__builtin_inf());
    return {fill<V>(infinity), fill<V>(-infinity)};
  }
  SCATTERFOLD_HD void add(V x) {
    low = smaller(x, low);
    high = larger(x, high);
  }
  SCATTERFOLD_HD void merge(const ComparedExtent& other) {
    low = smaller(other.low, low);
    high = larger(other.high, high);
  }
  template <class To, class F>
  SCATTERFOLD_HD ComparedExtent<To> zip(const ComparedExtent& other, const F& f) const {
    return {f(low, other.low), f(high, other.high)};
  }

  /// Whether the sign of a zero is open.
  SCATTERFOLD_HD bool open() const { return low == 0 || high == 0; }
  SCATTERFOLD_HD std::int64_t low_key() const { return ordered_key(low); }
  SCATTERFOLD_HD std::int64_t high_key() const { return ordered_key(high); }
};

}  // namespace scatterfold

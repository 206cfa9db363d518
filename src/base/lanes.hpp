// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/host_device.hpp"

#ifdef __AVX2__
#include <immintrin.h>
#endif

/// Arithmetic that reads the same for one number (a GPU thread) and for a pack of numbers (a SIMD register). Folds are
/// written with these and the ordinary operators; V is a number or a pack, and the lanes never mix.
namespace scatterfold {

template <class V>
struct LanesOf {
  using Number = V;
  static constexpr int count = 1;
};

template <class V, class To>
struct RebindLanes {
  using type = To;
};

#ifndef __CUDACC__
template <class T, int N>
struct PackOf {
  typedef T type __attribute__((vector_size(N * sizeof(T))));
};
/// N numbers side by side, an extension of GCC and Clang: operators work lane by lane on any instruction set.
template <class T, int N>
using Pack = typename PackOf<T, N>::type;

template <class V>
concept IsPack = !std::is_pointer_v<V> && !std::is_array_v<V> && requires(V v) {
  v[0];
};

template <IsPack V>
struct LanesOf<V> {
  using Number = std::remove_cvref_t<decltype(std::declval<V>()[0])>;
  static constexpr int count = sizeof(V) / sizeof(Number);
};

template <IsPack V, class To>
struct RebindLanes<V, To> {
  using type = Pack<To, LanesOf<V>::count>;
};
#endif

/// The number type of V, and V's shape with another number type.
template <class V>
using NumberOf = typename LanesOf<V>::Number;
template <class V, class To>
using Rebind = typename RebindLanes<V, To>::type;

template <class V>
inline constexpr bool is_pack = LanesOf<V>::count > 1;

/// True or false per lane: bool for a number, 0 or -1 in int32 for a pack.
template <class V>
using Mask = std::conditional_t<is_pack<V>, Rebind<V, std::int32_t>, bool>;

template <int bytes, bool is_signed>
struct IntegerOfSize;
template <>
struct IntegerOfSize<1, true> {
  using type = std::int8_t;
};
template <>
struct IntegerOfSize<2, true> {
  using type = std::int16_t;
};
template <>
struct IntegerOfSize<4, true> {
  using type = std::int32_t;
};
template <>
struct IntegerOfSize<8, true> {
  using type = std::int64_t;
};
template <>
struct IntegerOfSize<1, false> {
  using type = std::uint8_t;
};
template <>
struct IntegerOfSize<2, false> {
  using type = std::uint16_t;
};
template <>
struct IntegerOfSize<4, false> {
  using type = std::uint32_t;
};
template <>
struct IntegerOfSize<8, false> {
  using type = std::uint64_t;
};

template <class T>
using SignedOf = typename IntegerOfSize<sizeof(T), true>::type;
template <class T>
using UnsignedOf = typename IntegerOfSize<sizeof(T), false>::type;

/// The value in every lane.
template <class V>
SCATTERFOLD_HD V fill(NumberOf<V> value) {
  if constexpr (is_pack<V>) {
    return value - V{};  // minus, not plus: -0.0 - 0.0 is -0.0
  } else {
    return value;
  }
}

template <class To, class V>
SCATTERFOLD_HD Rebind<V, To> convert(V value) {
#ifndef __CUDACC__
  if constexpr (is_pack<V>) {
    if constexpr (std::is_same_v<NumberOf<V>, To>) {
      return value;
#ifdef __AVX512F__
    } else if constexpr (std::is_same_v<V, Pack<float, 8>> && std::is_same_v<To, double>) {
      return _mm512_maskz_cvtps_pd(0xff, value);  // GCC 12 makes two halves of the generic conversion
#endif
#ifdef __AVX2__
    } else if constexpr (std::is_same_v<V, Pack<float, 4>> && std::is_same_v<To, double>) {
      return _mm256_cvtps_pd(value);
#endif
    } else {
      return __builtin_convertvector(value, Rebind<V, To>);
    }
  } else
#endif
  {
    return static_cast<To>(value);
  }
}

/// The bits of a float as an unsigned integer of its size; an integer as its unsigned twin.
template <class V>
SCATTERFOLD_HD auto bits_of(V value) {
  return __builtin_bit_cast(Rebind<V, UnsignedOf<NumberOf<V>>>, value);
}

/// The outcome of a comparison (`a < b`) of numbers or packs as a Mask.
template <class V, class Outcome>
SCATTERFOLD_HD Mask<V> as_mask(Outcome outcome) {
#ifndef __CUDACC__
  if constexpr (is_pack<V>) {
    return convert<std::int32_t>(outcome);
  } else
#endif
  {
    return outcome;
  }
}

/// Logic on masks of V's shape.
template <class V>
SCATTERFOLD_HD Mask<V> all_true() {
  if constexpr (is_pack<V>) {
    return Mask<V>{} == Mask<V>{};
  } else {
    return true;
  }
}
template <class M>
SCATTERFOLD_HD M both(M a, M b) {
  return static_cast<M>(a & b);
}
template <class M>
SCATTERFOLD_HD M either(M a, M b) {
  return static_cast<M>(a | b);
}
/// True where `a` is and `b` is not.
template <class M>
SCATTERFOLD_HD M but_not(M a, M b) {
  if constexpr (is_pack<M>) {
    return a & ~b;
  } else {
    return a && !b;
  }
}

/// `yes` where the mask is true, else `no`.
template <class M, class V>
SCATTERFOLD_HD V select(M mask, V yes, V no) {
#ifndef __CUDACC__
  if constexpr (is_pack<V>) {
    const auto wide = convert<SignedOf<NumberOf<V>>>(mask);
    return wide ? yes : no;
  } else
#endif
  {
    return mask ? yes : no;
  }
}

/// Smaller and larger of two numbers (or packs of them): a < b ? a : b, and a > b ? a : b, which are the processor's
/// instructions for floats too.
template <class V>
SCATTERFOLD_HD V smaller(V a, V b) {
#ifdef __AVX512F__
  if constexpr (std::is_same_v<V, Pack<double, 8>>) return _mm512_maskz_min_pd(0xff, a, b);
#endif
#ifdef __AVX2__
  if constexpr (std::is_same_v<V, Pack<double, 4>>) return _mm256_min_pd(a, b);
#endif
  return a < b ? a : b;
}
template <class V>
SCATTERFOLD_HD V larger(V a, V b) {
#ifdef __AVX512F__
  if constexpr (std::is_same_v<V, Pack<double, 8>>) return _mm512_maskz_max_pd(0xff, a, b);
#endif
#ifdef __AVX2__
  if constexpr (std::is_same_v<V, Pack<double, 4>>) return _mm256_max_pd(a, b);
#endif
  return a > b ? a : b;
}

/// 1 where the mask is true, else 0, to be counted.
template <class V>
SCATTERFOLD_HD Rebind<V, std::int32_t> ones(Mask<V> mask) {
#ifndef __CUDACC__
  if constexpr (is_pack<V>) {
    return -mask;
  } else
#endif
  {
    return mask ? 1 : 0;
  }
}

/// One lane of a pack; the number itself where V is a number.
template <class V>
SCATTERFOLD_HD NumberOf<V> lane_of(V value, [[maybe_unused]] int lane) {
#ifndef __CUDACC__
  if constexpr (is_pack<V>) {
    return value[lane];
  } else
#endif
  {
    return value;
  }
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/math.hpp"
#include "math/error_function.hpp"
#include "math/exponential.hpp"
#include "math/hyperbolic.hpp"
#include "math/inverse_trigonometric.hpp"
#include "math/logarithm.hpp"
#include "math/power.hpp"
#include "math/rounding.hpp"
#include "user/angle_functions.hpp"
#include "user/numbers.hpp"
#include "user/place.hpp"
#include "user/user_call.hpp"

/// What users' functions are compiled with, at run time and without any header: names for them, and the loop around
/// them.
namespace scatterfold::user {

/// The functions are ours: a compiler's own would not have the same bits everywhere. Of whole numbers, and of numbers
/// of different types, they are float64. Those of angles: AngleFunctions.
#define SCATTERFOLD_USER_UNARY(name) \
  using math::name;                  \
  template <class T>                 \
  requires is_whole<T> SCATTERFOLD_HD double name(T x) { return math::name(static_cast<double>(x)); }
#define SCATTERFOLD_USER_BINARY(name)                                                                          \
  using math::name;                                                                                            \
  template <class A, class B>                                                                                  \
  requires(is_number<A> && is_number<B> && !(same<A, B> && is_real<A>)) SCATTERFOLD_HD double name(A x, B y) { \
    return math::name(static_cast<double>(x), static_cast<double>(y));                                         \
  }
SCATTERFOLD_USER_UNARY(sqrt)
SCATTERFOLD_USER_UNARY(exp)
SCATTERFOLD_USER_UNARY(exp2)
SCATTERFOLD_USER_UNARY(expm1)
SCATTERFOLD_USER_UNARY(log)
SCATTERFOLD_USER_UNARY(log2)
SCATTERFOLD_USER_UNARY(log10)
SCATTERFOLD_USER_UNARY(log1p)
SCATTERFOLD_USER_UNARY(asin)
SCATTERFOLD_USER_UNARY(acos)
SCATTERFOLD_USER_UNARY(atan)
SCATTERFOLD_USER_UNARY(sinh)
SCATTERFOLD_USER_UNARY(cosh)
SCATTERFOLD_USER_UNARY(tanh)
SCATTERFOLD_USER_UNARY(cbrt)
SCATTERFOLD_USER_UNARY(erf)
SCATTERFOLD_USER_UNARY(erfc)
SCATTERFOLD_USER_UNARY(floor)
SCATTERFOLD_USER_UNARY(ceil)
SCATTERFOLD_USER_UNARY(round)
SCATTERFOLD_USER_UNARY(trunc)
SCATTERFOLD_USER_UNARY(fabs)
SCATTERFOLD_USER_BINARY(atan2)
SCATTERFOLD_USER_BINARY(pow)
SCATTERFOLD_USER_BINARY(hypot)
SCATTERFOLD_USER_BINARY(fmod)
SCATTERFOLD_USER_BINARY(fmin)
SCATTERFOLD_USER_BINARY(fmax)
#undef SCATTERFOLD_USER_UNARY
#undef SCATTERFOLD_USER_BINARY
using math::fma, math::to_int;

/// The nearest number that T has.
template <class T, class W>
requires(is_whole<T>&& is_whole<W>) SCATTERFOLD_HD T to_int(W x) {
  constexpr bool has_sign = static_cast<T>(-1) < static_cast<T>(0);
  constexpr T most = has_sign ? static_cast<T>((1ull << (8 * sizeof(T) - 1)) - 1) : static_cast<T>(~0ull);
  constexpr T least = has_sign ? static_cast<T>(-1 - static_cast<long long>(most)) : static_cast<T>(0);
  if (x < 0) return static_cast<long long>(x) < static_cast<long long>(least) ? least : static_cast<T>(x);
  return static_cast<unsigned long long>(x) > static_cast<unsigned long long>(most) ? most : static_cast<T>(x);
}

template <class T>
requires is_real<T> SCATTERFOLD_HD T abs(T x) { return math::fabs(x); }
template <class T>
requires is_whole<T> SCATTERFOLD_HD auto abs(T x) {
  const auto wide = +x;  // as C++ computes with it
  return wide < 0 ? -wide : wide;
}
template <class T>
requires is_number<T> SCATTERFOLD_HD T min(T a, T b) { return b < a ? b : a; }
template <class T>
requires is_number<T> SCATTERFOLD_HD T max(T a, T b) { return a < b ? b : a; }
template <class A, class B>
requires(is_number<A>&& is_number<B>) SCATTERFOLD_HD double min(A a, B b) {
  return min(static_cast<double>(a), static_cast<double>(b));
}
template <class A, class B>
requires(is_number<A>&& is_number<B>) SCATTERFOLD_HD double max(A a, B b) {
  return max(static_cast<double>(a), static_cast<double>(b));
}
template <class A, class B, class C>
requires(is_number<A>&& is_number<B>&& is_number<C> && !(same<A, B> && same<A, C> && is_real<A>)) SCATTERFOLD_HD
    double fma(A a, B b, C c) {
  return math::fma(static_cast<double>(a), static_cast<double>(b), static_cast<double>(c));
}
template <class T>
requires is_number<T> SCATTERFOLD_HD bool isnan(T x) { return x != x; }
template <class T>
requires is_number<T> SCATTERFOLD_HD bool isfinite(T x) { return x - x == T(0); }

/// What a value is folded as: whole numbers as 64 bits, so that one of them is left for missing elements.
template <class V>
struct FoldedAs {
  static_assert(is_number<V>);
  using type = long long;
};
template <>
struct FoldedAs<float> {
  using type = float;
};
template <>
struct FoldedAs<double> {
  using type = double;
};
template <>
struct FoldedAs<unsigned long long> {
  using type = unsigned long long;
};
template <>
struct FoldedAs<unsigned long> {
  using type = unsigned long long;
};

/// As ElementType's numbers; a test holds the two together.
template <class V>
constexpr int type_number() {
  using T = typename FoldedAs<V>::type;
  return same<T, long long> ? 6 : same<T, unsigned long long> ? 7 : same<T, float> ? 9 : 10;
}

template <int bytes>
struct BitsOfSize {
  using type = unsigned long long;
};
template <>
struct BitsOfSize<1> {
  using type = unsigned char;
};
template <>
struct BitsOfSize<2> {
  using type = unsigned short;
};
template <>
struct BitsOfSize<4> {
  using type = unsigned;
};
template <class T>
using BitsOf = typename BitsOfSize<sizeof(T)>::type;

/// Whether an element of an input is missing.
template <class Element>
struct Missing {
  SCATTERFOLD_HD explicit Missing(const MissingRule& rule)
      : marked(static_cast<BitsOf<Element>>(rule.mark)), has_mark(rule.has_mark), nan_is_missing(rule.nan_is_missing) {}

  SCATTERFOLD_HD bool operator()(Element x) const {
    return (has_mark & (__builtin_bit_cast(BitsOf<Element>, x) == marked)) | (nan_is_missing & (x != x));
  }

  BitsOf<Element> marked;
  bool has_mark, nan_is_missing;
};

/// Of the i-th elements of a call.
SCATTERFOLD_HD Place place_of(const UserCall& call, long long i) {
  return {call.index[i], call.shape, call.dimensions, call.seed};
}

/// See UserMap; Value: what `value_of` gives for the i-th elements. One after the other, without branches, so that the
/// loop becomes SIMD code.
template <class Value, class ValueOf, class LeftOut>
SCATTERFOLD_HD long long map_with(Angles& angles, const UserCall& call, const ValueOf& value_of,
                                  const LeftOut& is_left_out) {
  using T = typename FoldedAs<Value>::type;
  T* const out = static_cast<T*>(call.values);
  const T none = __builtin_bit_cast(T, static_cast<BitsOf<T>>(call.missing));
  const long long count = call.count;
  long long taken = 0;
  for (long long i = 0; i < count; ++i) {
    const bool left_out = is_left_out(i, angles);
    T value = static_cast<T>(value_of(i, angles));
    if constexpr (is_real<T>) {
      constexpr T the_nan = static_cast<T>(__builtin_bit_cast(double, 0x7ff8000000000000ull));
      value = value == value ? value : the_nan;
    } else {
      taken += !left_out && value == none;
    }
    out[i] = left_out ? none : value;
  }
  return taken;
}

/// The same for angles of any size.
template <class Value, class ValueOf, class LeftOut>
inline long long map_elements(const UserCall& call, const ValueOf& value_of, const LeftOut& is_left_out) {
  Angles medium = {false};
  const long long taken = map_with<Value>(medium, call, value_of, is_left_out);
  if (medium.beyond == 0) return taken;
  Angles any = {true};
  return map_with<Value>(any, call, value_of, is_left_out);
}

}  // namespace scatterfold::user

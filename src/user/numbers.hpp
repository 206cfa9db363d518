// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

/// Which types are numbers, without the standard library.
namespace scatterfold::user {

template <class A, class B>
inline constexpr bool same = false;
template <class A>
inline constexpr bool same<A, A> = true;

template <class T>
inline constexpr bool is_real = same<T, float> || same<T, double>;
template <class T>
inline constexpr bool is_whole =
    same<T, bool> || same<T, char> || same<T, signed char> || same<T, unsigned char> || same<T, short> ||
    same<T, unsigned short> || same<T, int> || same<T, unsigned> || same<T, long> || same<T, unsigned long> ||
    same<T, long long> || same<T, unsigned long long>;

template <class T>
inline constexpr bool is_number = is_real<T> || is_whole<T>;

template <class T>
struct RealType {
  using type = double;
};
template <>
struct RealType<float> {
  using type = float;
};
/// What functions of a number are computed in: float for float, else double.
template <class T>
using RealOf = typename RealType<T>::type;

}  // namespace scatterfold::user

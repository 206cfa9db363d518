// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

/// What the headers of the device's side use of the standard library, and of GCC's built-ins, for NVRTC, which has
/// none: it finds this file where they include <cstdint> and the like, under each of those names.
#if defined(__CUDACC_RTC__) && !defined(SCATTERFOLD_RUN_TIME_STANDARD)
#define SCATTERFOLD_RUN_TIME_STANDARD

#define INT64_MAX 9223372036854775807ll
#define INT64_MIN (-INT64_MAX - 1)
#define __builtin_inf() __builtin_bit_cast(double, 0x7ff0000000000000ull)

namespace std {

using int8_t = signed char;
using uint8_t = unsigned char;
using int16_t = short;
using uint16_t = unsigned short;
using int32_t = int;
using uint32_t = unsigned;
using int64_t = long;  // as on the host
using uint64_t = unsigned long;
using size_t = decltype(sizeof 0);
using uintptr_t = unsigned long;
enum class byte : unsigned char {};

template <class T, T number>
struct integral_constant {
  static constexpr T value = number;
};

template <bool yes, class A, class B>
struct conditional {
  using type = A;
};
template <class A, class B>
struct conditional<false, A, B> {
  using type = B;
};
template <bool yes, class A, class B>
using conditional_t = typename conditional<yes, A, B>::type;

template <class T>
struct remove_const {
  using type = T;
};
template <class T>
struct remove_const<const T> {
  using type = T;
};
template <class T>
using remove_const_t = typename remove_const<T>::type;

template <class T>
struct remove_pointer {
  using type = T;
};
template <class T>
struct remove_pointer<T*> {
  using type = T;
};
template <class T>
using remove_pointer_t = typename remove_pointer<T>::type;

template <class A, class B>
inline constexpr bool is_same_v = false;
template <class A>
inline constexpr bool is_same_v<A, A> = true;

template <class T>
inline constexpr bool is_floating_point_v = is_same_v<T, float> || is_same_v<T, double>;
template <class T>
inline constexpr bool is_signed_v = is_floating_point_v<T> || is_same_v<T, signed char> || is_same_v<T, short> ||
                                    is_same_v<T, int> || is_same_v<T, long> || is_same_v<T, long long>;
template <class T>
inline constexpr bool is_integral_v = is_same_v<T, bool> || is_same_v<T, char> || is_same_v<T, unsigned char> ||
                                      is_same_v<T, unsigned short> || is_same_v<T, unsigned> ||
                                      is_same_v<T, unsigned long> || is_same_v<T, unsigned long long> ||
                                      (is_signed_v<T> && !is_floating_point_v<T>);

constexpr int countr_zero(unsigned bits) {
  int zeros = 0;
  for (; zeros < 32 && (bits >> zeros & 1) == 0; ++zeros) {
  }
  return zeros;
}

__device__ inline float fma(float a, float b, float c) { return ::fmaf(a, b, c); }
__device__ inline double fma(double a, double b, double c) { return ::fma(a, b, c); }

}  // namespace std

#endif

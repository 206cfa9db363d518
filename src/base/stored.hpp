// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"

/// From float64 to the types that elements are stored as.
namespace scatterfold {

/// `x` rounded to the nearest integer (ties to even) and held within [low, high]; a NaN becomes 0. Needs
/// |low|, |high| < 2^51.
template <class Integer>
SCATTERFOLD_HD Integer to_small_integer(double x, double low, double high) {
  const double number = x == x ? x : 0.0;
  const double above = number > low ? number : low;
  const double held = above < high ? above : high;
  return static_cast<Integer>(math::to_bits(held + math::round_shift) - math::to_bits(math::round_shift));
}

/// The same for 64 bits, whose bounds `past` = 2^63 or 2^64 are no float64 below the next integer.
template <class Integer>
SCATTERFOLD_HD Integer to_wide_integer(double x, double low, double past, Integer lowest, Integer highest) {
  if (!(x == x)) return 0;
  if (x <= low) return lowest;
  if (x >= past) return highest;
  if (math::magnitude(x) < 0x1p52) {  // a fraction is possible
    const double shift = x < 0 ? -0x1p52 : 0x1p52;
    x = (x + shift) - shift;
  }
  return static_cast<Integer>(x);
}

/// A float64 as the stored type T: nearest, ties to even; integers saturate and NaN becomes 0; float overflow is
/// infinity. float16 has no C++ type here: to_half_bits().
template <class T>
struct Stored;
template <>
struct Stored<double> {
  static SCATTERFOLD_HD double from(double x) { return x; }
};
template <>
struct Stored<float> {
  static SCATTERFOLD_HD float from(double x) { return static_cast<float>(x); }
};
template <>
struct Stored<signed char> {
  static SCATTERFOLD_HD signed char from(double x) { return to_small_integer<signed char>(x, -0x1p7, 0x1p7 - 1); }
};
template <>
struct Stored<unsigned char> {
  static SCATTERFOLD_HD unsigned char from(double x) { return to_small_integer<unsigned char>(x, 0, 0x1p8 - 1); }
};
template <>
struct Stored<short> {
  static SCATTERFOLD_HD short from(double x) { return to_small_integer<short>(x, -0x1p15, 0x1p15 - 1); }
};
template <>
struct Stored<unsigned short> {
  static SCATTERFOLD_HD unsigned short from(double x) { return to_small_integer<unsigned short>(x, 0, 0x1p16 - 1); }
};
template <>
struct Stored<int> {
  static SCATTERFOLD_HD int from(double x) { return to_small_integer<int>(x, -0x1p31, 0x1p31 - 1); }
};
template <>
struct Stored<unsigned> {
  static SCATTERFOLD_HD unsigned from(double x) { return to_small_integer<unsigned>(x, 0, 0x1p32 - 1); }
};
template <>
struct Stored<long long> {
  static SCATTERFOLD_HD long long from(double x) {
    return to_wide_integer<long long>(x, -0x1p63, 0x1p63, -0x7fffffffffffffffll - 1, 0x7fffffffffffffffll);
  }
};
template <>
struct Stored<unsigned long long> {
  static SCATTERFOLD_HD unsigned long long from(double x) {
    return to_wide_integer<unsigned long long>(x, 0, 0x1p64, 0, 0xffffffffffffffffull);
  }
};

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"

/// IEEE 754 binary16 as 16 bits. Own code on every processor: the hardware's instructions start from float32, and two
/// roundings (float64 to float32 to float16) are not one.
namespace scatterfold {

/// The float16 nearest to `x`, ties to even; past 65519.99 infinity; every NaN is 0x7e00.
SCATTERFOLD_HD unsigned short to_half_bits(double x) {
  using Bits = unsigned long long;
  const Bits bits = __builtin_bit_cast(Bits, x);
  const Bits magnitude = bits & 0x7fffffffffffffffull;
  const Bits sign = (bits >> 48) & 0x8000;

  // Adding 2^(52 + q), where 2^q is the distance of neighbouring float16 here, leaves |x| / 2^q, rounded by the
  // addition itself, in the low bits of the sum. Below 2^-14 (biased exponent 1009) float16 is evenly spaced.
  const Bits clamped =
      magnitude < 0x40effe0000000000ull ? magnitude : 0x40effe0000000000ull;  // 65520, becomes infinity
  const Bits exponent = (clamped >> 52) > 1009 ? clamped >> 52 : 1009;
  const double shift = __builtin_bit_cast(double, (exponent + 42) << 52);
  const Bits steps = __builtin_bit_cast(Bits, __builtin_bit_cast(double, clamped) + shift) - ((exponent + 42) << 52);
  const Bits half = ((exponent - 1009) << 10) + steps;
  return static_cast<unsigned short>(magnitude > 0x7ff0000000000000ull ? 0x7e00 : sign | half);
}

/// The value of 16 bits, exactly; a NaN keeps its sign and payload.
SCATTERFOLD_HD float half_to_float(unsigned short half) {
  const unsigned sign = (half & 0x8000u) << 16;
  const unsigned exponent = (half >> 10) & 31u;
  const unsigned fraction = half & 0x3ffu;
  if (exponent == 31) return __builtin_bit_cast(float, sign | 0x7f800000u | fraction << 13);
  if (exponent != 0) return __builtin_bit_cast(float, sign | (exponent + 112) << 23 | fraction << 13);
  const float small = static_cast<float>(fraction) * 0x1p-24f;  // a normal float32: flush-to-zero cannot touch it
  return __builtin_bit_cast(float, sign | __builtin_bit_cast(unsigned, small));
}

}  // namespace scatterfold

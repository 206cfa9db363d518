// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"

/// IEEE 754 binary16 as 16 bits. Own code on every processor: the hardware's instructions start from float32, and two
/// roundings (float64 to float32 to float16) are not one.
namespace scatterfold {

/// float16 as it is stored.
struct Half {
  unsigned short bits;
};

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

/// The value of 16 bits, exactly; a NaN keeps its sign and payload. Without branches, for loops of SIMD code.
SCATTERFOLD_HD float half_to_float(unsigned short half) {
  const unsigned sign = (half & 0x8000u) << 16;
  const unsigned magnitude = half & 0x7fffu;
  // 2^112 moves the exponent from float16's bias to float32's; it also makes subnormals right (they are subnormal
  // before the product: nothing may flush them to zero, see base/float_environment.hpp).
  const float scaled = __builtin_bit_cast(float, magnitude << 13) * 0x1p112f;
  const unsigned no_number = magnitude >= 0x7c00u ? 0x7f800000u : 0u;  // infinity and NaN keep their fraction
  return __builtin_bit_cast(float, sign | no_number | __builtin_bit_cast(unsigned, scaled));
}

}  // namespace scatterfold

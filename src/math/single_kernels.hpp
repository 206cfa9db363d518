// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"

/// What functions of float32 are made of: float64 arithmetic with polynomials as short as 24 bits allow, so that little
/// is lost before the one rounding at the end.
///
/// Source: polynomials fitted for this file by the exchange algorithm of Remez (1934) in 80-bit arithmetic; the
/// greatest relative error of the function is named beside each.
namespace scatterfold::math {

/// sin(x) for |x| <= pi/4 or a little more; 2^-37.5.
SCATTERFOLD_HD double sin_single_kernel(double x) {
  const double z = x * x;
  return x + x * z *
                 (-0x1.5555554c71ccdp-3 +
                  z * (0x1.1111086a5e232p-7 + z * (-0x1.a00f7f261e6ffp-13 + z * 0x1.6cd1f20d25a2dp-19)));
}

/// cos(x) for |x| <= pi/4 or a little more; 2^-42.9.
SCATTERFOLD_HD double cos_single_kernel(double x) {
  const double z = x * x;
  return 1.0 + z * (-0.5 + z * (0x1.5555554ed983bp-5 + z * (-0x1.6c16b82a14054p-10 +
                                                            z * (0x1.a010decfabbc5p-16 + z * -0x1.241e9c01fa1ebp-22))));
}

/// A float32 angle, |x| < 2^20 pi/2, as quadrant * pi/2 + x. It is 2^-31 or more, unless it is 0, and good to 2^-36.
struct ReducedSingle {
  Bits quadrant;
  double x;
};

/// pi/2 in a piece of 33 bits, whose product with the quadrant is exact, and the rest.
SCATTERFOLD_HD ReducedSingle reduce_single(double x) {
  const double shifted = x * 0x1.45f306dc9c883p-1 + round_shift;
  const double n = shifted - round_shift;
  return {to_bits(shifted) & 3, (x - n * 0x1.921fb544p+0) - n * 0x1.0b4611a626331p-34};
}

/// sin(quadrant * pi/2 + x), chosen by masks instead of branches.
SCATTERFOLD_HD double sin_single_of_quadrant(Bits quadrant, double x) {
  const Bits odd = 0 - (quadrant & 1);
  const Bits chosen = (to_bits(sin_single_kernel(x)) & ~odd) | (to_bits(cos_single_kernel(x)) & odd);
  return from_bits(chosen ^ ((quadrant & 2) << 62));
}

/// exp(x) for |x| <= 700; 2^-37.7.
SCATTERFOLD_HD double exp_single_in_range(double x) {
  const double shifted = x * 0x1.71547652b82fep+0 + round_shift;
  const double k = shifted - round_shift;
  // The high part of ln 2 has 21 trailing zeros, so k times it is exact.
  const double r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
  const double rest =
      0x1.fffffffffc0c9p-2 +
      r * (0x1.555555675150fp-3 +
           r * (0x1.5555556f06c86p-5 +
                r * (0x1.1110c63855889p-7 +
                     r * (0x1.6c165237d5e1bp-10 + r * (0x1.a1516d4952cffp-13 + r * 0x1.a15a5470b69c1p-16)))));
  const double y = 1.0 + (r + r * r * rest);
  return y * from_bits((to_bits(shifted) - to_bits(round_shift) + 1023) << 52);
}

/// log(x) of a positive, finite, normal number: exponent * ln 2 + 2 artanh(f / (2 + f)); 2^-37.6.
SCATTERFOLD_HD double log_single_in_range(double x) {
  constexpr Bits middle = 0x3fe6a09e667f3bcdull;  // sqrt(1/2)
  const Bits moved = to_bits(x) + (0x3ff0000000000000ull - middle);
  const double f = from_bits((moved & 0x000fffffffffffffull) + middle) - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double rest =
      0x1.555554fde27c2p-1 + z * (0x1.999a7a1ada40bp-2 + z * (0x1.2438f13048221p-2 + z * 0x1.e2f2db62deef2p-3));
  return whole_to_double((moved >> 52) - 1023) * 0x1.62e42fefa39efp-1 + (2.0 * s + s * z * rest);
}

}  // namespace scatterfold::math

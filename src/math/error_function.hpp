// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"
#include "math/choose.hpp"
#include "math/exact_product.hpp"
#include "math/float_result.hpp"

/// Error function and its complement. Worst errors against long double in 3 * 10^7 draws of each kind of argument, in
/// ulp: erf 0.99, erfc 1.12 (for x near 22; 0.99 elsewhere, also where results are subnormal).
///
/// Source: erf near 0 is the minimax fit of FDLIBM 5.3 (Sun Microsystems, 1993: s_erf.c). The rest is one expression
/// with a fit of our own: there erfc is a product of two rounded exponentials, which costs several ulp.
namespace scatterfold::math {

/// erf(x) / x - 1 for |x| < 0.84375.
SCATTERFOLD_HD double erf_ratio(double x) {
  const double z = x * x;
  const double p = 0x1.06eba8214db68p-3 +
                   z * (-0x1.4cd7d691cb913p-2 +
                        z * (-0x1.d2a51dbd7194fp-6 + z * (-0x1.7a291236668e4p-8 + z * -0x1.8ead6120016acp-16)));
  const double q =
      1.0 + z * (0x1.97779cddadc09p-2 +
                 z * (0x1.0a54c5536cebap-4 +
                      z * (0x1.4d022c4d36b0fp-8 + z * (0x1.15dc9221c1a1p-13 + z * -0x1.09c4342a2612p-18))));
  return p / q;
}

/// erfc(x) for |x| < 0.5.
SCATTERFOLD_HD double erfc_small(double x) {
  const double left = 1.0 - x;
  return left - (x * erf_ratio(x) - ((1.0 - left) - x));
}

/// log((x + 9/16) erfc(x)) + x^2 + 31/64 for x in [1/2, 28], where w = 1 / (x + 9/16): between -0.07 and 0.085. The
/// polynomial in w - 31/64 interpolates at Chebyshev's points, to 2^-55.9.
SCATTERFOLD_HD double erfc_exponent(double w) {
  const double u = w - 0.484375;
  const double z = u * u;
  double even = -0x1.0bfd2f8798cbdp+9;
  double odd = -0x1.c4195f4bbce79p+8;
  even = 0x1.bda28e3b39579p+10 + z * even;
  odd = -0x1.600f3dcaca822p+3 + z * odd;
  even = -0x1.a5243c8f9b1b3p+10 + z * even;
  odd = 0x1.01df743f4de77p+9 + z * odd;
  even = 0x1.40b3ba29e3481p+9 + z * even;
  odd = -0x1.361af769e5b1dp+8 + z * odd;
  even = -0x1.8a555fc8c870fp+6 + z * even;
  odd = 0x1.82365fbac190ap+5 + z * odd;
  even = 0x1.c5422891a23f2p+4 + z * even;
  odd = -0x1.da9a2386c1129p+2 + z * odd;
  even = -0x1.87cbbee00a0b9p+3 + z * even;
  odd = 0x1.3d5cf5dad7488p+3 + z * odd;
  even = -0x1.15f01a54e3945p+2 + z * even;
  odd = 0x1.a08b5947795aap-1 + z * odd;
  even = 0x1.52862b5e7bcb7p+0 + z * even;
  odd = -0x1.0cd55c24aed97p+1 + z * odd;
  even = 0x1.bca5bda6e30b9p+0 + z * even;
  odd = -0x1.acd57e44f3009p-1 + z * odd;
  even = -0x1.eae821e2e9abcp-6 + z * even;
  odd = 0x1.14b0369ad8f1dp-1 + z * odd;
  even = -0x1.4034560c595e5p-1 + z * even;
  odd = 0x1.9aa98ad395e69p-2 + z * odd;
  even = -0x1.00b4d48f34dadp-4 + z * even;
  odd = -0x1.ad3d306713332p-3 + z * odd;
  even = 0x1.3c469b1096d43p-2 + z * even;
  odd = -0x1.be66a69fa1532p-3 + z * odd;
  even = -0x1.654650e20e356p-8 + z * even;
  odd = 0x1.06c1cb2c16ed4p-2 + z * odd;
  even = -0x1.9430c338704ffp-2 + z * even;
  odd = 0x1.a2e01ff92a795p-4 + z * odd;
  even = 0x1.2e18103db828p-4 + z * even;
  return even + u * odd;
}

/// erfc(x) for 1/2 <= x <= 28: exp(-x^2 - 31/64 + part) / (x + 9/16). Up to the last rounding the exponential and the
/// divisor are sums of two.
SCATTERFOLD_HD double erfc_right(double x) {
  double divisor, divisor_low;
  exact_sum(x, 0.5625, divisor, divisor_low);
  const double inverse = 1.0 / divisor;

  // The exponent as whole + part: the square of the first 21 bits of x is exact, and so is whole - k ln 2 (high).
  const double head = from_bits(to_bits(x) & 0xffffffff00000000ull);
  const double whole = -(head * head + 0.484375);
  const double part = (head - x) * (head + x) + erfc_exponent(inverse);
  const double shifted = (whole + part) * 0x1.71547652b82fep+0 + round_shift;
  const double k = shifted - round_shift;
  const double high = whole - k * 0x1.62e42feep-1;
  const double low = k * 0x1.a39ef35793c76p-33 - part;

  // exp(high - low) as in exp_in_range, but its last sum in two parts.
  const double t = high - low;
  const double z = t * t;
  const double c = t - z * exp_polynomial(z);
  const double first = 1.0 + high;
  const double rest = ((1.0 - first) + high) - (low - (t * c) / (2.0 - c));
  const double power = first + rest;
  const double power_low = (first - power) + rest;

  const double quotient = power * inverse;
  double product, lost;
  exact_product(quotient, divisor, product, lost);
  const double y = quotient + (((power - product) - lost) + (power_low - quotient * divisor_low)) * inverse;
  return times_two_to(to_bits(shifted) - to_bits(round_shift), y);
}

/// erf(x) for any x but NaN, without a branch.
SCATTERFOLD_HD double erf_in_range(double x) {
  const double m = magnitude(x);
  const double outer = with_sign_of(1.0 - erfc_right(choose(m < 28.0, m, 28.0)), x);
  return choose(m < 0.84375, x + x * erf_ratio(x), outer);
}

/// erfc(x) for any x but NaN, without a branch.
SCATTERFOLD_HD double erfc_in_range(double x) {
  const double m = magnitude(x);
  const double right = erfc_right(choose(m < 28.0, m, 28.0));
  return choose(m < 0.5, erfc_small(x), choose(x < 0, 2.0 - right, right));
}

/// The same bits as erf_in_range, for one number at a time: only what it needs is computed.
SCATTERFOLD_HD double erf(double x) {
  const double m = magnitude(x);
  if (x != x) return canonical_nan();
  if (m < 0.84375) return x + x * erf_ratio(x);
  return with_sign_of(m < 6.0 ? 1.0 - erfc_right(m) : 1.0, x);
}
SCATTERFOLD_HD float erf(float x) { return float_result(erf(static_cast<double>(x))); }

/// The same bits as erfc_in_range, for one number at a time.
SCATTERFOLD_HD double erfc(double x) {
  const double m = magnitude(x);
  if (x != x) return canonical_nan();
  if (m < 0.5) return erfc_small(x);
  if (m >= 28.0) return x < 0 ? 2.0 : 0.0;
  const double right = erfc_right(m);
  return x < 0 ? 2.0 - right : right;
}
SCATTERFOLD_HD float erfc(float x) { return float_result(erfc(static_cast<double>(x))); }

}  // namespace scatterfold::math

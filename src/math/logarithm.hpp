// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/math.hpp"
#include "math/choose.hpp"
#include "math/exponential.hpp"
#include "math/float_result.hpp"
#include "math/single.hpp"
#include "math/single_kernels.hpp"

/// Logarithms of float64 and float32; log of float64 is base/math.hpp's. Without branches, so loops over them become
/// SIMD code.
///
/// Worst errors against long double in 10^7 draws of each kind of argument, in ulp of the result: log2 0.84, log10
/// 0.74, log1p 0.84; of float32 0.5001. tests/math/logarithm_test.cpp holds them there.
///
/// Source: the polynomial is FDLIBM 5.3's (Sun Microsystems, 1993: e_log.c); products with 1 / ln 2 and 1 / ln 10 in
/// two parts after Dekker, Numerische Mathematik 18 (1971).
namespace scatterfold::math {

/// (exponent_high + exponent_low) + log(1 + f) * (high + low), the factor in two parts, the first of 26 bits.
SCATTERFOLD_HD double log_to_base(LogTerms x, double high, double low, double exponent_high, double exponent_low) {
  const double a = head(x.f - x.half_square);
  const double b = ((x.f - a) - x.half_square) + x.rest;
  const double product = a * high;
  const double tail = (a + b) * low + b * high;
  const double sum = exponent_high + product;
  const double lost = (exponent_high - sum) + product;
  return sum + (lost + (tail + exponent_low));
}

/// What a logarithm is where it is no number: of x <= 0, infinity and NaN. Else y.
SCATTERFOLD_HD double log_or_special(double x, double y) {
  return choose(x > 0, choose(x < infinity(), y, infinity()), choose(x == 0, -infinity(), canonical_nan()));
}

/// log2(x / 2^shift) of a positive, finite, normal number.
SCATTERFOLD_HD double log2_in_range(double x, Bits shift = 0) {
  const LogTerms terms = log_terms(x, shift);
  return log_to_base(terms, 0x1.715476p+0, 0x1.4ae0bf85ddf44p-26, terms.exponent, 0.0);
}

/// log10(x / 2^shift) of a positive, finite, normal number.
SCATTERFOLD_HD double log10_in_range(double x, Bits shift = 0) {
  const LogTerms terms = log_terms(x, shift);
  // log10(2) in two parts, the first of 40 bits, whose product with the exponent is exact.
  return log_to_base(terms, 0x1.bcb7b1p-2, 0x1.49b9438ca9aaep-28, terms.exponent * 0x1.34413509f6p-2,
                     terms.exponent * 0x1.9fef311f12b36p-42);
}

/// Logarithm to base 2; exact of powers of 2.
SCATTERFOLD_HD double log2(double x) {
  const bool small = x < 0x1p-1022;
  return log_or_special(x, log2_in_range(choose(small, x * 0x1p54, x), small ? 54 : 0));
}

/// Logarithm to base 10; exact of powers of 10.
SCATTERFOLD_HD double log10(double x) {
  const bool small = x < 0x1p-1022;
  return log_or_special(x, log10_in_range(choose(small, x * 0x1p54, x), small ? 54 : 0));
}

/// log(1 + x) for finite x > -1; the sign of a zero result is the caller's.
SCATTERFOLD_HD double log1p_in_range(double x) {
  double u, lost;
  exact_sum(1.0, x, u, lost);
  const LogTerms terms = log_terms(u);
  const double low = terms.exponent * 0x1.a39ef35793c76p-33 + lost / u;
  const double high = terms.exponent * 0x1.62e42feep-1;  // exact
  const double sum = high + terms.f;
  return sum + (((high - sum) + terms.f) + ((terms.rest + low) - terms.half_square));
}

/// log(1 + x).
SCATTERFOLD_HD double log1p(double x) { return log_or_special(x + 1.0, with_sign_of(log1p_in_range(x), x)); }

SCATTERFOLD_HD float log(Single auto x) {
  const double wide = x;  // normal, if not 0
  return float_result(log_or_special(wide, log_single_in_range(wide)));
}
SCATTERFOLD_HD float log2(Single auto x) { return float_result(log2(static_cast<double>(x))); }
SCATTERFOLD_HD float log10(Single auto x) { return float_result(log10(static_cast<double>(x))); }
SCATTERFOLD_HD float log1p(Single auto x) { return float_result(log1p(static_cast<double>(x))); }

}  // namespace scatterfold::math

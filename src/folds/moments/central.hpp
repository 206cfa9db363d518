// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/lanes.hpp"

namespace scatterfold::moments {

/// Mean and sums of powers of the deviations from it, of n elements; D is a number or a pack.
template <class D>
struct Central {
  D n, mean, m2, m3, m4;

  SCATTERFOLD_HD static Central none() { return {D{}, D{}, D{}, D{}, D{}}; }
};

/// Both together, neither of them empty; the third and fourth powers only where `order` asks for them.
/// Source: Chan, Golub, LeVeque (1983), eq. 2.1; orders 3 and 4: Pebay (2008), SAND2008-6212, eqs. 2.1 and 3.1.
template <int order, class D>
SCATTERFOLD_HD Central<D> join(const Central<D>& a, const Central<D>& b) {
  Central<D> all;
  all.n = a.n + b.n;
  const D delta = b.mean - a.mean;
  const D shift = delta * (b.n / all.n);  // of a's mean
  const D gap = delta * shift * a.n;      // delta^2 na nb / n
  if constexpr (order > 2) {
    const D fa = a.n / all.n, fb = b.n / all.n, d2 = delta * delta;
    all.m4 = a.m4 + b.m4 + gap * d2 * (fa * fa - fa * fb + fb * fb) + 6.0 * d2 * (fa * fa * b.m2 + fb * fb * a.m2) +
             4.0 * delta * (fa * b.m3 - fb * a.m3);
    all.m3 = a.m3 + b.m3 + gap * delta * (fa - fb) + 3.0 * delta * (fa * b.m2 - fb * a.m2);
  } else {
    all.m3 = a.m3;
    all.m4 = a.m4;
  }
  all.m2 = a.m2 + b.m2 + gap;
  all.mean = a.mean + shift;
  return all;
}

/// Lane by lane.
template <class D, class M>
SCATTERFOLD_HD Central<D> chosen(M mask, const Central<D>& yes, const Central<D>& no) {
  return {select(mask, yes.n, no.n), select(mask, yes.mean, no.mean), select(mask, yes.m2, no.m2),
          select(mask, yes.m3, no.m3), select(mask, yes.m4, no.m4)};
}

}  // namespace scatterfold::moments

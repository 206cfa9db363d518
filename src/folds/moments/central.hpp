// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/lanes.hpp"

namespace scatterfold::moments {

/// Mean and sums of powers of the deviations from it, of n elements; D is a number or a pack. The third and fourth
/// powers only where `order` asks for them.
template <class D, int order>
struct Central {
  D n, mean, m2, m3, m4;
};
template <class D>
struct Central<D, 2> {
  D n, mean, m2;
};

/// Both together, neither of them empty.
/// Source: Chan, Golub, LeVeque (1983), eq. 2.1; orders 3 and 4: Pebay (2008), SAND2008-6212, eqs. 2.1 and 3.1.
template <class D, int order>
SCATTERFOLD_HD Central<D, order> join(const Central<D, order>& a, const Central<D, order>& b) {
  Central<D, order> all;
  all.n = a.n + b.n;
  const D delta = b.mean - a.mean;
  const D shift = delta * (b.n / all.n);  // of a's mean
  const D gap = delta * shift * a.n;      // delta^2 na nb / n
  if constexpr (order > 2) {
    const D fa = a.n / all.n, fb = b.n / all.n, d2 = delta * delta;
    all.m4 = a.m4 + b.m4 + gap * d2 * (fa * fa - fa * fb + fb * fb) + 6.0 * d2 * (fa * fa * b.m2 + fb * fb * a.m2) +
             4.0 * delta * (fa * b.m3 - fb * a.m3);
    all.m3 = a.m3 + b.m3 + gap * delta * (fa - fb) + 3.0 * delta * (fa * b.m2 - fb * a.m2);
  }
  all.m2 = a.m2 + b.m2 + gap;
  all.mean = a.mean + shift;
  return all;
}

/// f of each member of both.
template <class To, class D, int order, class F>
SCATTERFOLD_HD Central<To, order> zip(const Central<D, order>& a, const Central<D, order>& b, const F& f) {
  if constexpr (order > 2) {
    return {f(a.n, b.n), f(a.mean, b.mean), f(a.m2, b.m2), f(a.m3, b.m3), f(a.m4, b.m4)};
  } else {
    return {f(a.n, b.n), f(a.mean, b.mean), f(a.m2, b.m2)};
  }
}

template <class D, int order, class M>
SCATTERFOLD_HD Central<D, order> chosen(M mask, const Central<D, order>& yes, const Central<D, order>& no) {
  return zip<D>(yes, no, [mask](D a, D b) { return select(mask, a, b); });
}

template <class D, int order>
SCATTERFOLD_HD Central<double, order> one_lane(const Central<D, order>& c, int lane) {
  return zip<double>(c, c, [lane](D a, D) { return lane_of(a, lane); });
}

}  // namespace scatterfold::moments

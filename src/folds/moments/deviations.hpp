// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/lanes.hpp"
#include "fold/geometry.hpp"
#include "folds/moments/sums.hpp"

namespace scatterfold::moments {

/// What a sweep takes deviations from, and what marks a missing element.
struct Centre {
  double value;
  MissingMark mark;

  template <class D>
  SCATTERFOLD_HD D in_lanes() const {
    return fill<D>(value);
  }
};

/// The same where every lane has a centre of its own.
template <class D>
struct LaneCentre {
  D value;
  MissingMark mark = {};

  template <class>
  SCATTERFOLD_HD D in_lanes() const {
    return value;
  }
};

/// Sums of the powers of the deviations from a centre, the lowest-th (first or second) up to the highest-th.
template <int lowest, int highest>
struct Powers {
  template <class V>
  struct Deviations {
    using D = Rebind<V, double>;
    static constexpr int count = highest - lowest + 1;
    D power[count];

    SCATTERFOLD_HD static Deviations none() { return {}; }
    template <class C>
    SCATTERFOLD_HD void add(V x, const C& centre) {
      accumulate(convert<double>(x) - centre.template in_lanes<D>());
    }
    template <class C>
    SCATTERFOLD_HD void add_where(Mask<V> present, V x, const C& centre) {
      accumulate(select(is_valid(present, x, centre.mark), convert<double>(x) - centre.template in_lanes<D>(), D{}));
    }
    SCATTERFOLD_HD void merge(const Deviations& other) {
      for (int k = 0; k < count; ++k) power[k] = power[k] + other.power[k];
    }
    template <class To, class F>
    SCATTERFOLD_HD Deviations<To> zip(const Deviations& other, const F& f) const {
      Deviations<To> zipped;
      for (int k = 0; k < count; ++k) zipped.power[k] = f(power[k], other.power[k]);
      return zipped;
    }

   private:
    SCATTERFOLD_HD void accumulate(D d) {
      const D square = d * d;
      if constexpr (lowest == 1) power[0] = power[0] + d;
      power[2 - lowest] = power[2 - lowest] + square;
      if constexpr (highest > 2) {
        power[3 - lowest] = power[3 - lowest] + square * d;
        power[4 - lowest] = power[4 - lowest] + square * square;
      }
    }
  };
};

}  // namespace scatterfold::moments

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/lanes.hpp"
#include "fold/exact_sum.hpp"
#include "fold/extent.hpp"
#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"
#include "folds/moments/float_sums.hpp"
#include "folds/moments/integer_sums.hpp"

/// Count, extremes, sum, mean and central moments. A leaf is swept twice while it is in registers or cache: sums first,
/// then deviations about the leaf's own mean; leaves join by the pairwise formulas. No division per element.
/// Source: Chan, Golub, LeVeque (1983), eq. 2.1; orders 3 and 4: Pebay (2008), SAND2008-6212, eqs. 2.1 and 3.1.
namespace scatterfold::moments {

template <class T, int order>
struct State {
  std::int64_t count;  ///< numbers, infinities included; neither NaN nor missing
  std::int64_t missing, nan, inf;
  std::int64_t low, high;  ///< ordered keys
  std::conditional_t<std::is_integral_v<T>, ExactSum, double> sum;
  double mean, m2;  ///< sum of squared deviations from the mean
  double m3, m4;    ///< third and fourth powers; untouched by order 2
};

/// What the second sweep needs: the leaf's mean and what marks a missing element.
struct Centre {
  double mean;
  MissingMark mark;
};

/// Second sweep: powers of the deviations from the leaf's mean, the second up to the order-th.
template <int order>
struct Powers {
  template <class V>
  struct Deviations {
    using D = Rebind<V, double>;
    D power[order - 1];

    SCATTERFOLD_HD static Deviations none() { return {}; }
    SCATTERFOLD_HD void add(V x, const Centre& centre) { accumulate(convert<double>(x) - fill<D>(centre.mean)); }
    SCATTERFOLD_HD void add_where(Mask<V> present, V x, const Centre& centre) {
      accumulate(select(is_valid(present, x, centre.mark), convert<double>(x) - fill<D>(centre.mean), D{}));
    }
    SCATTERFOLD_HD void merge(const Deviations& other) {
      for (int k = 0; k < order - 1; ++k) power[k] = power[k] + other.power[k];
    }
    template <class To, class F>
    SCATTERFOLD_HD Deviations<To> zip(const Deviations& other, const F& f) const {
      Deviations<To> zipped;
      for (int k = 0; k < order - 1; ++k) zipped.power[k] = f(power[k], other.power[k]);
      return zipped;
    }

   private:
    SCATTERFOLD_HD void accumulate(D d) {
      const D square = d * d;
      power[0] = power[0] + square;
      if constexpr (order > 2) {
        power[1] = power[1] + square * d;
        power[2] = power[2] + square * square;
      }
    }
  };
};

/// The fold itself, for elements of type T.
template <class T, int order>
struct Moments {
  using Element = T;
  using State = moments::State<T, order>;
  struct Params {};

  SCATTERFOLD_HD static State identity(const Params&) {
    State s{};
    s.low = no_low_key;
    s.high = no_high_key;
    if constexpr (!std::is_integral_v<T>) s.sum = -0.0;
    return s;
  }

  /// Joins `right`, which follows `left` in the order of the elements, to `left`.
  SCATTERFOLD_HD static void merge(const Params&, State& left, const State& right) {
    left.missing += right.missing;
    left.nan += right.nan;
    left.inf += right.inf;
    if (right.count == 0) return;
    left.low = smaller(left.low, right.low);
    left.high = larger(left.high, right.high);
    if constexpr (std::is_integral_v<T>) {
      left.sum.add(right.sum);
    } else {
      left.sum = left.sum + right.sum;
    }
    if (left.count == 0) {
      left.count = right.count;
      left.mean = right.mean;
      left.m2 = right.m2;
      left.m3 = right.m3;
      left.m4 = right.m4;
      return;
    }
    const double na = static_cast<double>(left.count), nb = static_cast<double>(right.count), n = na + nb;
    const double delta = right.mean - left.mean;
    const double shift = delta * (nb / n);  // of the left mean
    const double gap = delta * shift * na;  // delta^2 na nb / n
    if constexpr (order > 2) {
      const double fa = na / n, fb = nb / n, d2 = delta * delta;
      const double m4 = left.m4 + right.m4 + gap * d2 * (fa * fa - fa * fb + fb * fb) +
                        6.0 * d2 * (fa * fa * right.m2 + fb * fb * left.m2) +
                        4.0 * delta * (fa * right.m3 - fb * left.m3);
      const double m3 = left.m3 + right.m3 + gap * delta * (fa - fb) + 3.0 * delta * (fa * right.m2 - fb * left.m2);
      left.m4 = m4;
      left.m3 = m3;
    }
    left.m2 = left.m2 + right.m2 + gap;
    left.mean = left.mean + shift;
    left.count += right.count;
  }

  /// Folds one leaf. `Leaf` sweeps all elements with an accumulator and hands back the joined lanes.
  template <class Leaf>
  SCATTERFOLD_HD static State fold(const Params& params, Leaf& leaf, const MissingMark& mark) {
    State s = identity(params);
    bool careful = !leaf.full();
    if constexpr (std::is_integral_v<T>) {
      IntegerSums<T> sums;
      if (!careful) {
        sums = leaf.template sweep_free<IntegerSums>(mark);
        sums.count = leaf_elements;
        careful = mark.given && may_hold(sums.extent, mark);
      }
      if (careful) sums = leaf.template sweep_free_where<IntegerSums>(mark);
      s.count = sums.count;
      s.missing = sums.missing;
      if (s.count == 0) return s;
      take_extent(s, sums.extent);
      if constexpr (sizeof(T) == 8) {
        s.sum = {static_cast<std::uint64_t>(sums.upper) << 32, sums.upper >> 32};
        s.sum.add(ExactSum::of(sums.sum));
        // Both halves and the product are exact, so the sum of the leaf is rounded once.
        s.mean = over_count(static_cast<double>(sums.upper) * 4294967296.0 + static_cast<double>(sums.sum), s.count);
      } else {
        s.sum = ExactSum::of(sums.sum);
        s.mean = over_count(static_cast<double>(sums.sum), s.count);
      }
      if constexpr (is_narrow<T>) {
        const std::int64_t sum = sums.sum, squares = sums.squares;
        s.m2 = over_count(static_cast<double>(s.count * squares - sum * sum), s.count);
        if constexpr (order == 2) return s;
      }
    } else {
      if (!careful) {
        s.count = leaf_elements;
        const auto sums = leaf.template sweep_with_free<FloatSum, FirstExtremes>(mark);
        s.sum = sums.ordered.total();
        take_extent(s, sums.free.extent);
        careful =
            !sums.free.extent.finite() || !(s.sum - s.sum == 0.0) || (mark.given && may_hold(sums.free.extent, mark));
        if constexpr (sizeof(T) == 8) {
          if (!careful && sums.free.extent.open())
            take_extent(s, leaf.template sweep_free<OrderedExtremes>(mark).extent);
        }
      }
      if (careful) {
        s = identity(params);
        const auto sums = leaf.template sweep_where_with_free<CarefulSum, CarefulCounts>(mark);
        s.count = sums.free.count;
        s.missing = sums.free.missing;
        s.nan = sums.free.nan;
        s.inf = sums.free.inf;
        if (s.count == 0) return s;
        take_extent(s, sums.free.extent);
        s.sum = sums.ordered.sum;
      }
      s.mean = over_count(s.sum, s.count);
    }
    if (s.low == s.high) {  // a constant leaf: its mean is that number and nothing deviates, without rounding
      if constexpr (!std::is_integral_v<T>) s.mean = float_of_key(s.low);
      if (s.inf == 0) return s;
    }
    const Centre centre{s.mean, mark};
    const auto powers = careful ? leaf.template sweep_where<Powers<order>::template Deviations>(centre)
                                : leaf.template sweep<Powers<order>::template Deviations>(centre);
    if constexpr (!is_narrow<T>) s.m2 = powers.power[0];
    if constexpr (order > 2) {
      s.m3 = powers.power[1];
      s.m4 = powers.power[2];
    }
    return s;
  }

 private:
  /// value / count. A full leaf divides by a power of two: the product with its reciprocal is the same, and cheap.
  SCATTERFOLD_HD static double over_count(double value, std::int64_t count) {
    return count == leaf_elements ? value * (1.0 / leaf_elements) : value / static_cast<double>(count);
  }

  /// Whether elements between these extremes can equal the missing mark. A mark that is NaN is no finite one.
  template <class E>
  SCATTERFOLD_HD static bool may_hold(const E& extent, const MissingMark& mark) {
    const T value = __builtin_bit_cast(T, static_cast<UnsignedOf<T>>(mark.bits));
    const std::int64_t key = ordered_key(value);
    return value == value && extent.low_key() <= key && key <= extent.high_key();
  }

  template <class E>
  SCATTERFOLD_HD static void take_extent(State& s, const E& extent) {
    s.low = extent.low_key();
    s.high = extent.high_key();
  }
};

template <class T>
using Order2 = Moments<T, 2>;
template <class T>
using Order4 = Moments<T, 4>;
using Kernels = KernelList<Order2, Order4>;

}  // namespace scatterfold::moments

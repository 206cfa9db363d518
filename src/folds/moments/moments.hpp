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
#include "folds/moments/central.hpp"
#include "folds/moments/column.hpp"
#include "folds/moments/deviations.hpp"
#include "folds/moments/float_sums.hpp"
#include "folds/moments/integer_sums.hpp"
#include "folds/moments/state.hpp"
#include "folds/moments/weighted.hpp"

/// Count, extremes, sum, mean and central moments. Floats are swept once, with deviations from the leaf's first
/// element, which are then shifted to the mean (the shifted data algorithm); where that would lose digits, and for
/// integers, a leaf is swept twice: sums first, then deviations from the leaf's mean. Leaves join by the pairwise
/// formulas. No division per element. Source: Chan, Golub, LeVeque (1983), eqs. 1.7 and 2.1; orders 3 and 4: Pebay
/// (2008), SAND2008-6212, eqs. 2.1 and 3.1.
namespace scatterfold::moments {

/// The fold itself, for elements of type T.
template <class T, int order>
struct Moments {
  using Element = T;
  using State = moments::State<T, order>;
  struct Params {};
  template <class V>
  using Column = moments::Column<T, order, V>;
  /// What stays apart for each lane in the sweep that needs most.
  static constexpr int lane_bytes = 8 * (!std::is_integral_v<T> ? order : is_narrow<T> && order == 2 ? 0 : order - 1);

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
    left.set(left.count == 0 ? right.central() : join(left.central(), right.central()));
    left.count += right.count;
  }

  /// Folds one leaf. `Leaf` sweeps all elements with an accumulator and hands back the joined lanes.
  template <class Leaf>
  SCATTERFOLD_HD static State fold(const Params& params, Leaf& leaf, const MissingMark& mark) {
    State s = identity(params);
    bool whole = leaf.full();  // and nothing missing, NaN or infinite, as far as known
    if constexpr (std::is_integral_v<T>) {
      whole = whole && sum_whole(s, leaf, mark);
      if (!whole) sum_some(s = identity(params), leaf, mark);
      if constexpr (is_narrow<T> && order == 2) return s;
    } else {
      if (whole && fold_in_one_sweep(s, leaf, mark)) return s;
      whole = false;
      sum_some(s = identity(params), leaf, mark);
    }
    if (s.count == 0) return s;
    if (s.low == s.high) {  // a constant leaf: its mean is that number and nothing deviates, without rounding
      if constexpr (!std::is_integral_v<T>) s.mean = float_of_key(s.low);
      if (s.inf == 0) return s;
    }
    const Centre centre{s.mean, mark};
    const auto powers = whole ? leaf.template sweep<Powers<2, order>::template Deviations>(centre)
                              : leaf.template sweep_where<Powers<2, order>::template Deviations>(centre);
    if constexpr (!is_narrow<T>) s.m2 = powers.power[0];
    if constexpr (order > 2) {
      s.m3 = powers.power[1];
      s.m4 = powers.power[2];
    }
    return s;
  }

 private:
  /// What a full leaf of integers sums to; false if some may be missing.
  template <class Leaf>
  SCATTERFOLD_HD static bool sum_whole(State& s, Leaf& leaf, const MissingMark& mark) {
    IntegerSums<T> sums = leaf.template sweep_free<IntegerSums>(mark);
    sums.count = leaf_elements;
    take(s, sums);
    return !may_hold(s, mark);
  }
  /// The same for any leaf, looking at each element.
  template <class Leaf>
  SCATTERFOLD_HD static void sum_some(State& s, Leaf& leaf, const MissingMark& mark) {
    if constexpr (std::is_integral_v<T>) {
      take(s, leaf.template sweep_free_where<IntegerSums>(mark));
    } else {
      const auto swept = leaf.template sweep_where_with_free<CarefulSum, CarefulCounts>(mark);
      const CarefulCounts<T>& counted = swept.free;
      s.count = counted.count;
      s.missing = counted.missing;
      s.nan = counted.nan;
      s.inf = counted.inf;
      if (s.count == 0) return;
      take_extent(s, counted.extent);
      s.sum = swept.ordered.sum;
      s.mean = over_count(s.sum, s.count);
    }
  }
  SCATTERFOLD_HD static void take(State& s, const IntegerSums<T>& sums) {
    s.count = sums.count;
    s.missing = sums.missing;
    if (s.count == 0) return;
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
    }
  }

  /// Folds a full leaf of floats with deviations d from its first element c. False, with `s` in any state, where that
  /// will not do: with missing elements, NaN and infinities, with powers past float64 at either end, and where digits
  /// would be lost.
  /// The mean may be 4 standard deviations from c, which makes the powers of d at most 17 (second) or 625 (fourth)
  /// times those about the mean. And |c| may be 16 times the mean of all |x|, here replaced by the mean of x^2 over the
  /// largest |x|, which is never more.
  template <class Leaf>
  SCATTERFOLD_HD static bool fold_in_one_sweep(State& s, Leaf& leaf, const MissingMark& mark) {
    constexpr double n = leaf_elements, per_n = 1 / n;
    const double c = static_cast<double>(leaf.first());
    const auto swept =
        leaf.template sweep_with_free<Powers<1, order>::template Deviations, FirstExtremes>(Centre{c, mark});
    const double d1 = swept.ordered.power[0], d2 = swept.ordered.power[1];
    if (!(d2 * d2 < __builtin_inf())) return false;  // the fourth powers are no larger: every order takes the same way
    take_extent(s, swept.free.extent);
    if constexpr (requires { swept.free.extent.open(); }) {
      if (swept.free.extent.open()) take_extent(s, leaf.template sweep_free<OrderedExtremes>(mark).extent);
    }
    if (may_hold(s, mark)) return false;
    s.count = leaf_elements;
    if (s.low == s.high) {
      s.mean = float_of_key(s.low);
      s.sum = s.mean * n;
      return true;
    }
    if (!(d2 >= 0x1p-440)) return false;  // so that no square of what is compared below vanishes
    const double shift = d1 * per_n, largest = larger(magnitude(float_of_key(s.low)), magnitude(float_of_key(s.high)));
    s.mean = c + shift;
    s.sum = c * n + d1;
    s.m2 = d2 - shift * d1;
    const double variance = s.m2 * per_n;
    if (!(shift * shift <= 16 * variance && magnitude(c) * largest <= 16 * (variance + s.mean * s.mean))) return false;
    if constexpr (order > 2) {
      const double d3 = swept.ordered.power[2], d4 = swept.ordered.power[3], shift2 = shift * shift;
      s.m3 = d3 - 3 * shift * d2 + 2 * shift2 * d1;
      s.m4 = d4 - 4 * shift * d3 + 6 * shift2 * d2 - 3 * shift2 * shift * d1;
    }
    return true;
  }
  SCATTERFOLD_HD static double magnitude(double x) { return x < 0 ? -x : x; }

  /// value / count. A full leaf divides by a power of two: the product with its reciprocal is the same, and cheap.
  SCATTERFOLD_HD static double over_count(double value, std::int64_t count) {
    return count == leaf_elements ? value * (1.0 / leaf_elements) : value / static_cast<double>(count);
  }

  /// Whether elements between these extremes can equal the missing mark. A mark that is NaN is no finite one.
  SCATTERFOLD_HD static bool may_hold(const State& s, const MissingMark& mark) {
    const T value = __builtin_bit_cast(T, static_cast<UnsignedOf<T>>(mark.bits));
    const std::int64_t key = ordered_key(value);
    return mark.given && value == value && s.low <= key && key <= s.high;
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
using Kernels = KernelList<Order2, Order4, Weighted2, Weighted4>;

}  // namespace scatterfold::moments

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "base/lanes.hpp"
#include "fold/column_fold.hpp"
#include "fold/extent.hpp"
#include "folds/moments/central.hpp"
#include "folds/moments/float_sums.hpp"
#include "folds/moments/state.hpp"
#include "folds/moments/sums.hpp"

/// Moments of elements that have weights: mean = sum(w x) / sum(w), variance = sum(w (x - mean)^2) / sum(w). Elements
/// of weight 0 are left out of everything. Blocks are swept twice, and join as those without weights do, with sums of
/// weights in the place of counts. Source: West (1979), Updating mean and variance estimates.
namespace scatterfold::moments {

template <int order>
struct WeightedState : About<order> {
  double weight;
  std::int64_t count, missing, nan, inf;
  std::int64_t low, high;  ///< ordered keys
  double sum;              ///< of weight times value

  SCATTERFOLD_HD Central<double, order> central() const { return About<order>::central(weight); }
};

template <class T, int order, class V>
struct WeightedColumn {
  using D = Rebind<V, double>;

  Central<D, order> central;  ///< n is the sum of the weights
  D sum, count, missing, nan, inf;
  Extent<V> extent;

  SCATTERFOLD_HD static WeightedColumn none() {
    return {Central<D, order>{}, fill<D>(-0.0), D{}, D{}, D{}, D{}, Extent<V>::none()};
  }

  template <class Row, class Weight>
  SCATTERFOLD_HD void fold(const Row& row, const Weight& weight, int rows, const MissingMark& mark) {
    auto counts = CarefulCounts<V>::none();
    Central<D, order> block{};
    D block_sum = fill<D>(-0.0);
    const D infinity = fill<D>(__builtin_inf());
    D low = infinity, high = -infinity;
    for (int i = 0; i < rows; ++i) {
      const V x = row(i);
      const D w = weight(i), value = convert<double>(x);
      const Mask<V> present = as_mask<D>(w > D{}), valid = is_valid(present, x, mark);
      counts.add_where(present, x, mark);
      block.n = block.n + select(valid, w, D{});
      block_sum = block_sum + select(valid, w * value, fill<D>(-0.0));
      low = smaller(select(valid, value, infinity), low);
      high = larger(select(valid, value, -infinity), high);
    }
    block.mean = select(as_mask<D>(low == high), low, block_sum / block.n);  // a constant has no rounding
    for (int i = 0; i < rows; ++i) {
      const V x = row(i);
      const D w = weight(i);
      const Mask<V> valid = is_valid(Mask<V>(as_mask<D>(w > D{})), x, mark);
      const D d = select(valid, convert<double>(x) - block.mean, D{}), square = d * d;
      const D taken = select(valid, w, D{});
      block.m2 = block.m2 + taken * square;
      if constexpr (order > 2) {
        block.m3 = block.m3 + taken * (square * d);
        block.m4 = block.m4 + taken * (square * square);
      }
    }
    sum = sum + block_sum;
    extent.merge(counts.extent);
    count = count + convert<double>(counts.count);
    missing = missing + convert<double>(counts.missing);
    nan = nan + convert<double>(counts.nan);
    inf = inf + convert<double>(counts.inf);
    add(block);
  }

  SCATTERFOLD_HD WeightedState<order> state(int lane) const {
    WeightedState<order> s{};
    s.count = static_cast<std::int64_t>(lane_of(count, lane));
    s.missing = static_cast<std::int64_t>(lane_of(missing, lane));
    s.nan = static_cast<std::int64_t>(lane_of(nan, lane));
    s.inf = static_cast<std::int64_t>(lane_of(inf, lane));
    s.sum = lane_of(sum, lane);
    s.low = no_low_key;
    s.high = no_high_key;
    if (s.count == 0) return s;
    const auto own = extent.template zip<T>(extent, [lane](auto x, auto) { return lane_of(x, lane); });
    s.low = own.low_key();
    s.high = own.high_key();
    s.weight = lane_of(central.n, lane);
    s.set(one_lane(central, lane));
    return s;
  }

 private:
  SCATTERFOLD_HD void add(const Central<D, order>& block) {
    const Mask<V> first = as_mask<D>(central.n == D{}), empty = as_mask<D>(block.n == D{});
    central = chosen(first, block, chosen(empty, central, join(central, block)));
  }
};

/// The fold itself. There are no leaves of it: a leaf is folded as 64 columns, which are its lanes.
template <class T, int order>
struct Weighted {
  using Element = T;
  using State = WeightedState<order>;
  struct Params {};
  template <class V>
  using WeightedColumn = moments::WeightedColumn<T, order, V>;

  SCATTERFOLD_HD static State identity(const Params&) {
    State s{};
    s.low = no_low_key;
    s.high = no_high_key;
    s.sum = -0.0;
    return s;
  }

  SCATTERFOLD_HD static void merge(const Params&, State& left, const State& right) {
    left.missing += right.missing;
    left.nan += right.nan;
    left.inf += right.inf;
    if (right.count == 0) return;
    left.low = smaller(left.low, right.low);
    left.high = larger(left.high, right.high);
    left.sum = left.sum + right.sum;
    const auto all = left.count == 0 ? right.central() : join(left.central(), right.central());
    left.count += right.count;
    left.weight = all.n;
    left.set(all);
  }
};

template <class T>
using Weighted2 = Weighted<T, 2>;
template <class T>
using Weighted4 = Weighted<T, 4>;

}  // namespace scatterfold::moments

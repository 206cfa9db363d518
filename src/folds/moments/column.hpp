// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/lanes.hpp"
#include "fold/column_fold.hpp"
#include "fold/extent.hpp"
#include "folds/moments/central.hpp"
#include "folds/moments/deviations.hpp"
#include "folds/moments/float_sums.hpp"
#include "folds/moments/integer_sums.hpp"
#include "folds/moments/state.hpp"

/// Moments of many positions side by side. A block is swept once, with deviations from its first element c, which are
/// then shifted to its mean. As c is one of the block's n elements, the sum of squares is at least n / (n - 1) times
/// the square of the shift, so that the shift costs at most a factor of n in the rounding of the variance. Blocks with
/// missing elements, NaN or infinities are swept twice: sums first, then deviations from the mean.
namespace scatterfold::moments {

/// Sums lane by lane: of floats as they are, of integers exactly.
template <class V, bool integers = std::is_integral_v<NumberOf<V>>>
struct Total {
  Rebind<V, double> sum;

  SCATTERFOLD_HD static Total none() { return {fill<Rebind<V, double>>(-0.0)}; }
  SCATTERFOLD_HD double lane(int l) const { return lane_of(sum, l); }
};
template <class V>
struct Total<V, true> {
  Rebind<V, std::uint64_t> low;
  Rebind<V, std::int64_t> high;

  SCATTERFOLD_HD static Total none() { return {Rebind<V, std::uint64_t>{}, Rebind<V, std::int64_t>{}}; }
  SCATTERFOLD_HD void add(Rebind<V, std::int64_t> value) { add(bits_of(value), value >> shift(63)); }
  SCATTERFOLD_HD void add(Rebind<V, std::uint64_t> more_low, Rebind<V, std::int64_t> more_high) {
    low = low + more_low;
    using Wide = Rebind<V, std::int64_t>;
    high = high + more_high + select(as_mask<Wide>(low < more_low), fill<Wide>(1), Wide{});
  }
  SCATTERFOLD_HD void add(const IntegerSums<V>& sums) {
    if constexpr (IntegerSums<V>::wide) add(bits_of(sums.upper) << bits_of(shift(32)), sums.upper >> shift(32));
    add(convert<std::int64_t>(sums.sum));
  }
  SCATTERFOLD_HD ExactSum lane(int l) const { return {lane_of(low, l), lane_of(high, l)}; }

 private:
  SCATTERFOLD_HD static Rebind<V, std::int64_t> shift(std::int64_t bits) { return fill<Rebind<V, std::int64_t>>(bits); }
};

/// What a block adds.
template <class V, int order>
struct Block {
  using D = Rebind<V, double>;
  Central<D, order> central;
  Total<V> total;
  Extent<V> extent;
  D missing, nan, inf;
};

template <class T, int order, class V>
struct Column {
  using D = Rebind<V, double>;
  static constexpr bool integers = std::is_integral_v<T>;

  Central<D, order> central;
  Total<V> total;
  Extent<V> extent;
  D missing, nan, inf;

  SCATTERFOLD_HD static Column none() {
    return {Central<D, order>{}, Total<V>::none(), Extent<V>::none(), D{}, D{}, D{}};
  }

  /// One sweep over the elements of a block, in order.
  class Sweep {
   public:
    Sweep() = default;
    SCATTERFOLD_HD explicit Sweep(V first)
        : centre_{convert<double>(first)},
          powers_(Powers<1, order>::template Deviations<V>::none()),
          sums_(Sums::none()),
          lost_{} {}

    SCATTERFOLD_HD void add(V x, const MissingMark& mark) {
      if constexpr (!exact_squares) powers_.add(x, centre_);
      if constexpr (integers) {
        sums_.add(x, mark);
      } else {
        sums_.add(x);
      }
      if (mark.given) lost_ = either(lost_, is_missing(x, mark));
    }
    /// Gives the lanes for which one sweep will not do: where an element is missing or no finite number.
    SCATTERFOLD_HD Mask<V> end(Block<V, order>& b, int count) const;

   private:
    using Sums = std::conditional_t<integers, IntegerSums<V>, Extent<V>>;
    LaneCentre<D> centre_;
    typename Powers<1, order>::template Deviations<V> powers_;
    Sums sums_;
    Mask<V> lost_;
  };

  /// Joins a block that was swept; `row(i)` are its elements again, in case one sweep will not do.
  template <class Row>
  SCATTERFOLD_HD void join_block(const Sweep& sweep, const Row& row, int count, const MissingMark& mark) {
    Block<V, order> block;
    const Mask<V> trouble = sweep.end(block, count);
    if (any_of(trouble)) {
      Block<V, order> looked_at;
      careful(looked_at, row, count, mark);
      block = chosen_block(trouble, looked_at, block);
    }
    if constexpr (integers) {
      total.add(block.total.low, block.total.high);
    } else {
      total.sum = total.sum + block.total.sum;
    }
    extent.merge(block.extent);
    missing = missing + block.missing;
    nan = nan + block.nan;
    inf = inf + block.inf;
    const Mask<V> first = as_mask<D>(central.n == D{}), empty = as_mask<D>(block.central.n == D{});
    const Central<D, order> all = join(central, block.central);
    if (any_of(first) || any_of(empty)) {
      central = chosen(first, block.central, chosen(empty, central, all));
    } else {
      central = all;
    }
  }

  template <class Row>
  SCATTERFOLD_HD void fold(const Row& row, int count, const MissingMark& mark) {
    Sweep sweep(row(0));
    for (int i = 0; i < count; ++i) sweep.add(row(i), mark);
    join_block(sweep, row, count, mark);
  }

  SCATTERFOLD_HD State<T, order> state(int lane) const {
    State<T, order> s{};
    s.count = whole(central.n, lane);
    s.missing = whole(missing, lane);
    s.nan = whole(nan, lane);
    s.inf = whole(inf, lane);
    s.sum = total.lane(lane);
    s.low = no_low_key;
    s.high = no_high_key;
    if (s.count == 0) return s;
    const auto own = extent.template zip<T>(extent, [lane](auto x, auto) { return lane_of(x, lane); });
    s.low = own.low_key();
    s.high = own.high_key();
    s.set(one_lane(central, lane));
    return s;
  }

 private:
  static constexpr bool exact_squares = is_narrow<T> && order == 2;

  SCATTERFOLD_HD static std::int64_t whole(D counts, int lane) {
    return static_cast<std::int64_t>(lane_of(counts, lane));
  }
  SCATTERFOLD_HD static Block<V, order> chosen_block(Mask<V> mask, const Block<V, order>& yes,
                                                     const Block<V, order>& no) {
    const auto pick = [&](auto a, auto b) { return select(mask, a, b); };
    Block<V, order> block{
        chosen(mask, yes.central, no.central), Total<V>::none(),      yes.extent.template zip<V>(no.extent, pick),
        pick(yes.missing, no.missing),         pick(yes.nan, no.nan), pick(yes.inf, no.inf)};
    if constexpr (integers) {
      block.total.low = pick(yes.total.low, no.total.low);
      block.total.high = pick(yes.total.high, no.total.high);
    } else {
      block.total.sum = pick(yes.total.sum, no.total.sum);
    }
    return block;
  }
  SCATTERFOLD_HD static D not_below_zero(D x) { return larger(x, D{}); }

  /// The sum that the sums make, as float64.
  SCATTERFOLD_HD static D as_float(const IntegerSums<V>& sums) {
    const D sum = convert<double>(sums.sum);
    if constexpr (IntegerSums<V>::wide) return convert<double>(sums.upper) * fill<D>(4294967296.0) + sum;
    return sum;
  }
  /// Narrow integers: the sum of the squared deviations, rounded once.
  SCATTERFOLD_HD static D exact_m2(const IntegerSums<V>& sums, D n) {
    const auto sum = convert<std::int64_t>(sums.sum), squares = convert<std::int64_t>(sums.squares);
    return convert<double>(convert<std::int64_t>(n) * squares - sum * sum) / n;
  }

  /// Two sweeps, looking at each element.
  template <class Row>
  SCATTERFOLD_HD static void careful(Block<V, order>& b, const Row& row, int count, const MissingMark& mark) {
    std::conditional_t<integers, IntegerSums<V>, CarefulCounts<V>> counts = counts.none();
    auto sum = CarefulSum<V>::none();
    const D infinity = fill<D>(__builtin_inf());
    D low = infinity, high = -infinity;
    for (int i = 0; i < count; ++i) {
      const V x = row(i);
      counts.add_where(all_true<V>(), x, mark);
      if constexpr (!integers) {
        sum.add_where(all_true<V>(), x, mark);
        const Mask<V> valid = is_valid(all_true<V>(), x, mark);
        low = smaller(select(valid, convert<double>(x), infinity), low);
        high = larger(select(valid, convert<double>(x), -infinity), high);
      }
    }
    const D n = convert<double>(counts.count);
    b.central.n = n;
    b.extent = counts.extent;
    b.missing = convert<double>(counts.missing);
    if constexpr (integers) {
      b.total = Total<V>::none();
      b.total.add(counts);
      b.central.mean = as_float(counts) / n;
      b.nan = b.inf = D{};
    } else {
      b.total.sum = sum.sum;
      b.central.mean = select(as_mask<D>(low == high), low, sum.sum / n);  // a constant has no rounding
      b.nan = convert<double>(counts.nan);
      b.inf = convert<double>(counts.inf);
    }
    auto powers = Powers<2, order>::template Deviations<V>::none();
    if constexpr (!exact_squares) {
      const LaneCentre<D> centre{b.central.mean, mark};
      for (int i = 0; i < count; ++i) powers.add_where(all_true<V>(), row(i), centre);
    }
    if constexpr (is_narrow<T>) {
      b.central.m2 = exact_m2(counts, n);
    } else {
      b.central.m2 = powers.power[0];
    }
    if constexpr (order > 2) {
      b.central.m3 = powers.power[1];
      b.central.m4 = powers.power[2];
    }
  }
};

template <class T, int order, class V>
SCATTERFOLD_HD Mask<V> Column<T, order, V>::Sweep::end(Block<V, order>& b, int count) const {
  const D n = fill<D>(static_cast<double>(count)), d1 = powers_.power[0], d2 = powers_.power[1], shift = d1 / n;
  Mask<V> lost = lost_;
  b.central.n = n;
  if constexpr (integers) {
    b.total = Total<V>::none();
    b.total.add(sums_);
    b.extent = sums_.extent;
    b.central.mean = as_float(sums_) / n;
  } else {
    const D whole = centre_.value * n, fourth = d2 * d2, zero{};
    // No power of d is larger than d2 * d2; NaN and infinities spoil it, or the sum.
    lost = either(lost, either(as_mask<D>(fourth - fourth != zero), as_mask<D>(whole - whole != zero)));
    b.total.sum = whole + d1;
    b.extent = sums_;
    b.central.mean = centre_.value + shift;
  }
  if constexpr (is_narrow<T>) {
    b.central.m2 = exact_m2(sums_, n);
  } else {
    b.central.m2 = not_below_zero(d2 - shift * d1);
  }
  if constexpr (order > 2) {
    const D d3 = powers_.power[2], d4 = powers_.power[3], shift2 = shift * shift;
    b.central.m3 = d3 - 3.0 * shift * d2 + 2.0 * shift2 * d1;
    b.central.m4 = not_below_zero(d4 - 4.0 * shift * d3 + 6.0 * shift2 * d2 - 3.0 * shift2 * shift * d1);
  }
  b.missing = b.nan = b.inf = D{};
  return lost;
}

}  // namespace scatterfold::moments

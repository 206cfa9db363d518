// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/lanes.hpp"
#include "fold/extent.hpp"
#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"

/// Counts per bin. Bins are half-open but the last, which is closed. A guess by multiplication finds the bin's
/// neighbourhood, the table of edges decides: the counts do not depend on how the guess is rounded. The same rule as
/// numpy.histogram's.
namespace scatterfold::histogram {

struct Params {
  double low, bins_per_unit;
  double doubt;  ///< how near to an edge, in bins, a guess may be wrong
  std::int32_t bins;
  const double* edges;  ///< bins + 1 of them, increasing
};

/// The cells behind those of the bins.
enum ExtraCell { underflow, overflow, missing, nan, negative_infinity, positive_infinity, extra_cells };

template <class T>
struct Counts {
  using Element = T;
  using Params = histogram::Params;

  /// A bin near each element's: off by rounding at most, 0 for NaN, and the nearest end for what lies outside.
  template <class V>
  SCATTERFOLD_HD static Rebind<V, std::int32_t> guess(const Params& p, V element) {
    using D = Rebind<V, double>;
    const D at = (convert<double>(element) - fill<D>(p.low)) * fill<D>(p.bins_per_unit);
    const D last = fill<D>(static_cast<double>(p.bins - 1)), from_first = at > D{} ? at : D{};
    return convert<std::int32_t>(from_first < last ? from_first : last);
  }

  /// The bin where no look at the edges is needed, else -1: too near to an edge, outside, or no number. Adding 1.5 *
  /// 2^52 rounds to the nearest whole number, here that of the nearest edge, and leaves it in the low bits. No
  /// branches.
  SCATTERFOLD_HD static std::int32_t sure_slot(const Params& p, T element) {
    const double at = (static_cast<double>(element) - p.low) * p.bins_per_unit;
    const double rounded = at + rounder, off = at - (rounded - rounder), distance = off < 0.0 ? -off : off;
    const std::int32_t bin = static_cast<std::int32_t>(bits_of(rounded)) - (off < 0.0 ? 1 : 0);
    const bool sure =
        in_reach(at) && distance >= p.doubt && static_cast<std::uint32_t>(bin) < static_cast<std::uint32_t>(p.bins);
    return sure ? bin : -1;
  }

  /// The bin beside the nearest edge, which decides, else -1. For elements that `sure_slot` leaves open.
  SCATTERFOLD_HD static std::int32_t edge_slot(const Params& p, T element) {
    const double x = static_cast<double>(element), at = (x - p.low) * p.bins_per_unit;
    const std::int32_t edge = static_cast<std::int32_t>(bits_of(at + rounder));
    if (!in_reach(at) || p.doubt >= 0.5 || edge < 1 || edge >= p.bins) return -1;
    return x < p.edges[edge] ? edge - 1 : edge;
  }

  /// The cell that an element adds one to.
  SCATTERFOLD_HD static std::int32_t slot(const Params& p, T element, const MissingMark& mark) {
    return slot(p, element, mark, guess(p, element));
  }
  SCATTERFOLD_HD static std::int32_t slot(const Params& p, T element, const MissingMark& mark, std::int32_t bin) {
    const double x = static_cast<double>(element);
    const bool marked = mark.given && bits_of(element) == static_cast<UnsignedOf<T>>(mark.bits);
    if (!marked && p.edges[bin] <= x && x < p.edges[bin + 1]) return bin;
    return marked ? p.bins + missing : settle(p, x, bin);
  }

 private:
  static constexpr double rounder = 6755399441055744.0;

  /// 0 <= at < 2^31, and no NaN.
  SCATTERFOLD_HD static bool in_reach(double at) { return static_cast<std::uint32_t>(bits_of(at) >> 32) < 0x41e00000u; }

  /// The guess was off, or x is outside, the last edge itself, or no number.
  SCATTERFOLD_HD static std::int32_t settle(const Params& p, double x, std::int32_t bin) {
    if (x != x) return p.bins + nan;
    if (x < p.edges[0]) return p.bins + (x - x == 0.0 ? underflow : negative_infinity);
    if (x > p.edges[p.bins]) return p.bins + (x - x == 0.0 ? overflow : positive_infinity);
    while (bin > 0 && x < p.edges[bin]) --bin;
    while (bin + 1 < p.bins && x >= p.edges[bin + 1]) ++bin;
    return bin;
  }
};

/// Extremes of the lanes' finite elements; missing ones are told by their mark.
template <class V>
struct FiniteExtent {
  Extent<V> extent;
  Rebind<V, std::int32_t> count;

  SCATTERFOLD_HD static FiniteExtent none() { return {Extent<V>::none(), Rebind<V, std::int32_t>{}}; }
  SCATTERFOLD_HD void add_where(Mask<V> present, V x, const MissingMark& mark) {
    Mask<V> valid = present;
    if constexpr (std::is_floating_point_v<NumberOf<V>>) valid = both(valid, as_mask<V>(x - x == x - x));
    if (mark.given) {
      using Bits = UnsignedOf<NumberOf<V>>;
      valid = but_not(valid, as_mask<V>(bits_of(x) == fill<Rebind<V, Bits>>(static_cast<Bits>(mark.bits))));
    }
    extent.add_where(valid, x);
    count = count + ones<V>(valid);
  }
  SCATTERFOLD_HD void merge(const FiniteExtent& other) {
    extent.merge(other.extent);
    count = count + other.count;
  }
  template <class To, class F>
  SCATTERFOLD_HD FiniteExtent<To> zip(const FiniteExtent& other, const F& f) const {
    return {extent.template zip<To>(other.extent, f), f(count, other.count)};
  }
};

/// First pass where no range is given: the extremes of the finite elements.
template <class T>
struct FiniteRange {
  using Element = T;
  struct Params {};
  struct State {
    std::int64_t low, high;  ///< ordered keys
  };

  SCATTERFOLD_HD static State identity(const Params&) { return {no_low_key, no_high_key}; }
  SCATTERFOLD_HD static void merge(const Params&, State& left, const State& right) {
    left.low = smaller(left.low, right.low);
    left.high = larger(left.high, right.high);
  }
  template <class Leaf>
  SCATTERFOLD_HD static State fold(const Params& params, Leaf& leaf, const MissingMark& mark) {
    const auto found = leaf.template sweep_free_where<FiniteExtent>(mark);
    if (found.count == 0) return identity(params);
    return {found.extent.low_key(), found.extent.high_key()};
  }
};

using Kernels = KernelList<Counts, FiniteRange>;

}  // namespace scatterfold::histogram

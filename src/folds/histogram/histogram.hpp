// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "base/lanes.hpp"
#include "fold/extent.hpp"
#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"

/// Counts per bin. Bins are half-open but the last, which is closed. A guess by multiplication finds the bin's
/// neighbourhood, a table made of the edges decides: the counts do not depend on how the guess is rounded. The same
/// rule as numpy.histogram's.
namespace scatterfold::histogram {

/// What elements are compared as: float32 where that has every element exactly, else float64.
template <class T>
using Number = std::conditional_t<std::is_same_v<T, float> || sizeof(T) <= 2, float, double>;

/// A whole number, 2^-fraction_bits of a bin each, as the low bits of x * scale + shift: the shift has 2^23 in it (2^52
/// in float64), where a step of the last place is 1. Bin 0 begins one bin above 0. The guess is low by less than
/// `doubt`, a power of two, or exact; so an element is in the bin guessed, or, where the last `doubt` of that bin is
/// guessed, beside its upper edge, on one side or the other.
template <class N>
struct Ruler {
  static constexpr bool narrow = sizeof(N) == 4;
  static constexpr double origin = narrow ? 0x1p23 : 0x1p52;
  static constexpr int digits = narrow ? 23 : 31;

  N scale, shift;          ///< 0, 0: everything is off the ruler
  std::uint32_t in_doubt;  ///< bits that are all set in the last `doubt` of a bin
  std::int32_t fraction_bits;

  /// The cell before the element's or the element's own, and whether the threshold between the two must tell. Above
  /// `last` where the element is off the ruler.
  SCATTERFOLD_HD std::uint32_t cell(N x, std::uint32_t last, bool& doubtful) const {
    const N at = std::fma(x, scale, shift);
    const auto bits = bits_of(at), first = bits_of(static_cast<N>(origin));
    auto steps = static_cast<std::uint32_t>(bits);
    if constexpr (!narrow) {
      const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); };
      if (high(bits) != high(first)) steps = ~0u;
    }
    doubtful = (~steps & in_doubt) == 0;
    return smaller((steps >> fraction_bits) - (static_cast<std::uint32_t>(first) >> fraction_bits), last + 1);
  }
};

/// The cells: one for what is below, the bins, and these.
enum ExtraCell { unsettled = 1, overflow, missing, nan, negative_infinity, positive_infinity, cells_beside_bins };

template <class N>
struct Params {
  double low, bins_per_unit;
  Ruler<N> ruler;
  std::int32_t bins;
  /// Entry i is the least N that lies in a cell past cell i: not below edge i, or above the last one. NaN ends them.
  const N* thresholds;
};

template <class T>
struct Counts {
  using Element = T;
  using Params = histogram::Params<Number<T>>;

  /// A bin near each element's: off by rounding at most, 0 for NaN, and the nearest end for what lies outside.
  template <class V>
  SCATTERFOLD_HD static Rebind<V, std::int32_t> guess(const Params& p, V element) {
    using D = Rebind<V, double>;
    const D at = (convert<double>(element) - fill<D>(p.low)) * fill<D>(p.bins_per_unit);
    const D last = fill<D>(static_cast<double>(p.bins - 1)), from_first = at > D{} ? at : D{};
    return convert<std::int32_t>(from_first < last ? from_first : last);
  }

  /// The table of `quick_slot`.
  SCATTERFOLD_HD static const Number<T>* table(const Params& p) { return p.thresholds; }
  SCATTERFOLD_HD static int table_size(const Params& p) { return p.bins + 2; }

  /// The cell of nearly every element, without branches; `unsettled_slot` for those that `slot` must settle. `table`
  /// may be a copy that is nearer.
  SCATTERFOLD_HD static std::int32_t quick_slot(const Params& p, const Number<T>* table, T element,
                                                const MissingMark& mark) {
    const auto x = static_cast<Number<T>>(element);
    const std::int32_t off = unsettled_slot(p);
    bool doubtful;
    auto cell = static_cast<std::int32_t>(p.ruler.cell(x, static_cast<std::uint32_t>(p.bins), doubtful));
    cell += x >= table[doubtful ? cell : off] ? 1 : 0;  // that one is NaN
    return is_marked(element, mark) ? off : cell;
  }
  SCATTERFOLD_HD static std::int32_t unsettled_slot(const Params& p) { return p.bins + unsettled; }

  /// The cell that an element adds one to.
  SCATTERFOLD_HD static std::int32_t slot(const Params& p, T element, const MissingMark& mark) {
    return slot(p, element, mark, guess(p, element));
  }
  SCATTERFOLD_HD static std::int32_t slot(const Params& p, T element, const MissingMark& mark, std::int32_t bin) {
    const auto x = static_cast<Number<T>>(element);
    if (is_marked(element, mark)) return p.bins + missing;
    return p.thresholds[bin] <= x && x < p.thresholds[bin + 1] ? bin + 1 : settle(p, x, bin);
  }

 private:
  SCATTERFOLD_HD static bool is_marked(T element, const MissingMark& mark) {
    return mark.given && bits_of(element) == static_cast<UnsignedOf<T>>(mark.bits);
  }

  /// The guess was off, or x is outside or no number.
  SCATTERFOLD_HD static std::int32_t settle(const Params& p, Number<T> x, std::int32_t bin) {
    if (x != x) return p.bins + nan;
    if (x < p.thresholds[0]) return x - x == 0 ? 0 : p.bins + negative_infinity;
    if (x >= p.thresholds[p.bins]) return p.bins + (x - x == 0 ? overflow : positive_infinity);
    while (x < p.thresholds[bin]) --bin;
    while (x >= p.thresholds[bin + 1]) ++bin;
    return bin + 1;
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

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
/// neighbourhood, the table of edges decides: the counts do not depend on how the guess is rounded.
namespace scatterfold::histogram {

struct Params {
  double low, bins_per_unit;
  std::int32_t bins;
  const double* edges;  ///< bins + 1 of them, increasing
};

/// The cells behind those of the bins.
enum ExtraCell { underflow, overflow, missing, nan, negative_infinity, positive_infinity, extra_cells };

template <class T>
struct Counts {
  using Element = T;
  using Params = histogram::Params;

  /// The cell that an element adds one to.
  SCATTERFOLD_HD static std::int32_t slot(const Params& p, T element, const MissingMark& mark) {
    if (mark.given && bits_of(element) == static_cast<UnsignedOf<T>>(mark.bits)) return p.bins + missing;
    const double x = static_cast<double>(element);
    const double guess = (x - p.low) * p.bins_per_unit;
    if (!(guess >= 0.0 && guess < static_cast<double>(p.bins))) return off_grid(p, x);
    std::int32_t bin = static_cast<std::int32_t>(guess);
    while (x < p.edges[bin]) {
      if (--bin < 0) return p.bins + underflow;
    }
    while (bin + 1 < p.bins && x >= p.edges[bin + 1]) ++bin;
    return bin == p.bins - 1 && x > p.edges[p.bins] ? p.bins + overflow : bin;
  }

 private:
  /// Outside, not a number, or so near an end that the guess fell off it.
  SCATTERFOLD_HD static std::int32_t off_grid(const Params& p, double x) {
    if (x != x) return p.bins + nan;
    const double first = p.edges[0], last = p.edges[p.bins];
    if (x < first) return p.bins + (x - x == 0.0 ? underflow : negative_infinity);
    if (x > last) return p.bins + (x - x == 0.0 ? overflow : positive_infinity);
    std::int32_t bin = x - first < last - x ? 0 : p.bins - 1;
    while (bin + 1 < p.bins && x >= p.edges[bin + 1]) ++bin;
    while (bin > 0 && x < p.edges[bin]) --bin;
    return bin;
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
  SCATTERFOLD_HD static void accumulate(const Params&, State& s, T x) {
    if constexpr (std::is_floating_point_v<T>) {
      if (!(x - x == T(0))) return;
    }
    const std::int64_t key = ordered_key(x);
    s.low = smaller(s.low, key);
    s.high = larger(s.high, key);
  }
  SCATTERFOLD_HD static void merge(const Params&, State& left, const State& right) {
    left.low = smaller(left.low, right.low);
    left.high = larger(left.high, right.high);
  }
};

using Kernels = KernelList<Counts, FiniteRange>;

}  // namespace scatterfold::histogram

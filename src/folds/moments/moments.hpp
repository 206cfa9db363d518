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

/// Count, extremes, sum, mean and central moments. A leaf is swept twice while it is in registers or cache: sums first,
/// then deviations about the leaf's own mean; leaves join by the pairwise formulas. No division per element.
/// Source: Chan, Golub, LeVeque (1983), eq. 2.1; orders 3 and 4: Pebay (2008), SAND2008-6212, eqs. 2.1 and 3.1.
namespace scatterfold::moments {

/// Integers of at most 16 bits: their squares sum exactly within a leaf, so the second moment is exact there.
template <class T>
inline constexpr bool is_narrow = std::is_integral_v<T> && sizeof(T) <= 2;

template <class T, int order>
struct State {
  std::int64_t count;  ///< numbers, infinities included; neither NaN nor missing
  std::int64_t missing, nan, inf;
  std::int64_t low, high;  ///< ordered keys
  std::conditional_t<std::is_integral_v<T>, ExactSum, double> sum;
  double mean, m2;  ///< sum of squared deviations from the mean
  double m3, m4;    ///< third and fourth powers; untouched by order 2
};

template <class V>
SCATTERFOLD_HD Mask<V> is_missing(V x, const MissingMark& mark) {
  using Bits = UnsignedOf<NumberOf<V>>;
  return as_mask<V>(bits_of(x) == fill<Rebind<V, Bits>>(static_cast<Bits>(mark.bits)));
}

/// A float as float64, divided by `scale_of`, a power of two, where that is cheaper: a GPU converts few numbers to
/// float64 at a time, but moves the bits of a float32 fast. They then mean 2^-896 of it, subnormals and zeros included;
/// sums of such numbers are rounded as those of the numbers themselves: down to where float64 has fewer digits left,
/// all sums of float32 are exact in both. NaN and infinities become large finite numbers.
template <class V>
SCATTERFOLD_HD Rebind<V, double> scaled(V x) {
#ifdef __CUDA_ARCH__
  if constexpr (std::is_same_v<V, float>) {
    const int bits = __float_as_int(x);
    return __hiloint2double((bits >> 3) & 0x8fffffff, bits << 29);
  }
#endif
  return convert<double>(x);
}
template <class V>
SCATTERFOLD_HD double scale_of() {
#ifdef __CUDA_ARCH__
  if constexpr (std::is_same_v<V, float>) return 0x1p896;
#endif
  return 1;
}

/// First sweep over floats that are all present.
template <class V>
struct FloatSum {
  Rebind<V, double> sum;

  // -0.0 is the identity of addition: 0.0 would turn a sum of -0.0 into +0.0.
  SCATTERFOLD_HD static FloatSum none() { return {fill<Rebind<V, double>>(-0.0)}; }
  SCATTERFOLD_HD void add(V x, const MissingMark&) { sum = sum + scaled(x); }
  SCATTERFOLD_HD double total() const { return sum * scale_of<V>(); }
  SCATTERFOLD_HD void merge(const FloatSum& other) { sum = sum + other.sum; }
  template <class To, class F>
  SCATTERFOLD_HD FloatSum<To> zip(const FloatSum& other, const F& f) const {
    return {f(sum, other.sum)};
  }
};

/// The extremes of elements that are all present and no NaN.
template <template <class> class E>
struct ExtremesBy {
  template <class V>
  struct Extremes {
    E<V> extent;

    SCATTERFOLD_HD static Extremes none() { return {E<V>::none()}; }
    SCATTERFOLD_HD void add(V x, const MissingMark&) { extent.add(x); }
    SCATTERFOLD_HD void merge(const Extremes& other) { extent.merge(other.extent); }
    template <class To, class F>
    SCATTERFOLD_HD Extremes<To> zip(const Extremes& other, const F& f) const {
      return {extent.template zip<To>(other.extent, f)};
    }
#ifdef __CUDACC__
    __device__ __forceinline__ void join_warp() {
      if constexpr (requires { extent.join_warp(); }) {
        extent.join_warp();
      } else {
        for (int distance = 16; distance > 0; distance /= 2) {
          merge({{__shfl_xor_sync(0xffffffffu, extent.low, distance),
                  __shfl_xor_sync(0xffffffffu, extent.high, distance)}});
        }
      }
    }
#endif
  };
};
template <class V>
using OrderedExtremes = typename ExtremesBy<Extent>::template Extremes<V>;
/// Few instruction sets have the extremes of 64-bit integers: doubles are compared, and again where that left zeros
/// open.
template <class V>
using FirstExtremes = std::conditional_t<sizeof(NumberOf<V>) == 8,
                                         typename ExtremesBy<ComparedExtent>::template Extremes<V>, OrderedExtremes<V>>;

/// Which elements take part: there, not missing, and no NaN.
template <class V>
SCATTERFOLD_HD Mask<V> is_valid(Mask<V> present, V x, const MissingMark& mark) {
  const Mask<V> ordered = both(present, as_mask<V>(x == x));
  return mark.given ? but_not(ordered, is_missing(x, mark)) : ordered;
}

/// First sweep over floats of which some may be absent, missing, NaN or infinite: their sum,
template <class V>
struct CarefulSum {
  Rebind<V, double> sum;

  SCATTERFOLD_HD static CarefulSum none() { return {fill<Rebind<V, double>>(-0.0)}; }
  SCATTERFOLD_HD void add_where(Mask<V> present, V x, const MissingMark& mark) {
    sum = sum + select(is_valid(present, x, mark), convert<double>(x), fill<Rebind<V, double>>(-0.0));
  }
  SCATTERFOLD_HD void merge(const CarefulSum& other) { sum = sum + other.sum; }
  template <class To, class F>
  SCATTERFOLD_HD CarefulSum<To> zip(const CarefulSum& other, const F& f) const {
    return {f(sum, other.sum)};
  }
};

/// and what is counted.
template <class V>
struct CarefulCounts {
  Extent<V> extent;
  Rebind<V, std::int32_t> count, missing, nan, inf;

  SCATTERFOLD_HD static CarefulCounts none() {
    using Counter = Rebind<V, std::int32_t>;
    return {Extent<V>::none(), Counter{}, Counter{}, Counter{}, Counter{}};
  }
  SCATTERFOLD_HD void add_where(Mask<V> present, V x, const MissingMark& mark) {
    const Mask<V> lost = mark.given ? both(present, is_missing(x, mark)) : Mask<V>{};
    const Mask<V> valid = is_valid(present, x, mark);
    extent.add_where(valid, x);
    count = count + ones<V>(valid);
    missing = missing + ones<V>(lost);
    nan = nan + ones<V>(but_not(but_not(present, lost), as_mask<V>(x == x)));
    inf = inf + ones<V>(but_not(valid, as_mask<V>(x - x == x - x)));
  }
  SCATTERFOLD_HD void merge(const CarefulCounts& other) {
    extent.merge(other.extent);
    count = count + other.count;
    missing = missing + other.missing;
    nan = nan + other.nan;
    inf = inf + other.inf;
  }
  template <class To, class F>
  SCATTERFOLD_HD CarefulCounts<To> zip(const CarefulCounts& other, const F& f) const {
    return {extent.template zip<To>(other.extent, f), f(count, other.count), f(missing, other.missing),
            f(nan, other.nan), f(inf, other.inf)};
  }
#ifdef __CUDACC__
  __device__ __forceinline__ void join_warp();
#endif
};

#ifdef __CUDACC__
__device__ __forceinline__ std::int32_t add_over_warp(std::int32_t value) {
  return __reduce_add_sync(0xffffffffu, value);
}
__device__ __forceinline__ std::int64_t add_over_warp(std::int64_t value) {
  for (int distance = 16; distance > 0; distance /= 2) {
    value += static_cast<std::int64_t>(__shfl_xor_sync(0xffffffffu, static_cast<long long>(value), distance));
  }
  return value;
}

template <class V>
__device__ __forceinline__ void CarefulCounts<V>::join_warp() {
  extent.join_warp();
  count = add_over_warp(count);
  missing = add_over_warp(missing);
  nan = add_over_warp(nan);
  inf = add_over_warp(inf);
}
#endif

/// First sweep over integers: exact. A 64-bit integer is summed as its upper and lower half.
template <class V>
struct IntegerSums {
  using T = NumberOf<V>;
  static constexpr bool wide = sizeof(T) == 8;
  using Low = std::conditional_t<sizeof(T) == 1, Rebind<V, std::int32_t>, Rebind<V, std::int64_t>>;

  Low sum;                        // of the values; of their lower halves where they are wide
  Rebind<V, std::int64_t> upper;  // of the upper halves, wide only
  Low squares;                    // narrow only
  Extent<V> extent;
  Rebind<V, std::int32_t> count, missing;

  SCATTERFOLD_HD static IntegerSums none() {
    using Counter = Rebind<V, std::int32_t>;
    return {Low{}, Rebind<V, std::int64_t>{}, Low{}, Extent<V>::none(), Counter{}, Counter{}};
  }

  SCATTERFOLD_HD void add(V x, const MissingMark&) {
    accumulate(x);
    extent.add(x);
  }
  SCATTERFOLD_HD void add_where(Mask<V> present, V x, const MissingMark& mark) {
    const Mask<V> lost = mark.given ? both(present, is_missing(x, mark)) : Mask<V>{};
    const Mask<V> valid = but_not(present, lost);
    accumulate(select(valid, x, V{}));
    extent.add_where(valid, x);
    count = count + ones<V>(valid);
    missing = missing + ones<V>(lost);
  }
  SCATTERFOLD_HD void merge(const IntegerSums& other) {
    sum = sum + other.sum;
    if constexpr (wide) upper = upper + other.upper;
    if constexpr (is_narrow<T>) squares = squares + other.squares;
    extent.merge(other.extent);
    count = count + other.count;
    missing = missing + other.missing;
  }
#ifdef __CUDACC__
  __device__ __forceinline__ void join_warp() {
    sum = add_over_warp(sum);
    if constexpr (wide) upper = add_over_warp(upper);
    if constexpr (is_narrow<T>) squares = add_over_warp(squares);
    extent.join_warp();
    count = add_over_warp(count);
    missing = add_over_warp(missing);
  }
  /// Single bytes, four to a word: products of four at once, extremes of every other byte as the upper halves of 16
  /// bits.
  template <int n>
  __device__ __forceinline__ static IntegerSums of_words(const unsigned (&words)[n]) requires(sizeof(T) == 1) {
    IntegerSums all = none();
    unsigned low = std::is_signed_v<T> ? 0x7fff7fffu : 0xffffffffu, high = std::is_signed_v<T> ? 0x80008000u : 0u;
#pragma unroll
    for (int i = 0; i < n; ++i) {
      const unsigned word = words[i], odd = word, even = word << 8;
      if constexpr (std::is_signed_v<T>) {
        all.sum = __dp4a(static_cast<int>(word), 0x01010101, all.sum);
        all.squares = __dp4a(static_cast<int>(word), static_cast<int>(word), all.squares);
        low = __vimin3_s16x2(low, odd, even);
        high = __vimax3_s16x2(high, odd, even);
      } else {
        all.sum = static_cast<int>(__dp4a(word, 0x01010101u, static_cast<unsigned>(all.sum)));
        all.squares = static_cast<int>(__dp4a(word, word, static_cast<unsigned>(all.squares)));
        low = __vimin3_u16x2(low, odd, even);
        high = __vimax3_u16x2(high, odd, even);
      }
    }
    all.extent.low = smaller(static_cast<T>(low >> 24), static_cast<T>(low >> 8));
    all.extent.signed_high = larger(static_cast<T>(high >> 24), static_cast<T>(high >> 8));
    return all;
  }
#endif
  template <class To, class F>
  SCATTERFOLD_HD IntegerSums<To> zip(const IntegerSums& other, const F& f) const {
    return {f(sum, other.sum),         f(upper, other.upper),
            f(squares, other.squares), extent.template zip<To>(other.extent, f),
            f(count, other.count),     f(missing, other.missing)};
  }

 private:
  SCATTERFOLD_HD void accumulate(V x) {
    if constexpr (wide) {
      const auto bits = bits_of(x);
      sum = sum + convert<std::int64_t>(bits & fill<decltype(bits_of(x))>(0xffffffffu));
      upper = upper + convert<std::int64_t>(x >> fill<V>(32));
    } else if constexpr (is_narrow<T>) {
      // 16 bits squared fit 32 unsigned bits; a lane adds few enough of 8 bits to stay within int32.
      const auto small = convert<std::int32_t>(x);
      sum = sum + convert<NumberOf<Low>>(small);
      if constexpr (is_pack<V>) {
        squares = squares + convert<NumberOf<Low>>(convert<std::uint32_t>(small) * convert<std::uint32_t>(small));
      } else {
        squares += static_cast<Low>(small) * small;
      }
    } else {
      sum = sum + convert<std::int64_t>(x);
    }
  }
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

  /// Whether elements between these extremes can equal the missing mark. A mark that is NaN shows in the sum.
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

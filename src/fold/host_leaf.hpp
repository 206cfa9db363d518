// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/lanes.hpp"
#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"

#ifndef SCATTERFOLD_ISA
#define SCATTERFOLD_ISA portable
#endif

/// Sweeps of one leaf on a CPU, compiled once per instruction set; the namespace keeps the copies apart.
namespace scatterfold::SCATTERFOLD_ISA {

#if defined(__AVX512F__)
inline constexpr int pack_lanes = 8;
inline constexpr int packs_at_once = 8;
#elif defined(__AVX2__)
inline constexpr int pack_lanes = 4;
inline constexpr int packs_at_once = 4;
#else
inline constexpr int pack_lanes = 2;
inline constexpr int packs_at_once = 4;
#endif

/// The elements of one leaf in memory, 1 to 4096 of them. Sweeps are functions of their own: inlined into one large
/// one, GCC no longer keeps the accumulators in registers.
template <class T>
class HostLeaf {
 public:
  HostLeaf(const T* values, int count) : values_(values), count_(count) {}

  bool full() const { return count_ == leaf_elements; }
  T first() const { return values_[0]; }

  /// Adds every element of a full leaf to its lane and joins the lanes.
  template <template <class> class Accumulator, class Context>
  [[gnu::noinline]] Accumulator<T> sweep(const Context& context) {
    const bool first = sweeps_++ == 0;
    return join<Accumulator>([&](int strip, auto* a) {
      const T* values = values_ + strip * strip_elements;
      for (int block = 0; block < packs; block += packs_at_once) {
        Accumulator<V> in_registers[packs_at_once];
#pragma GCC unroll 8
        for (int p = 0; p < packs_at_once; ++p) in_registers[p] = Accumulator<V>::none();
        const T* row = values + block * pack_lanes;
        for (int r = 0; r < strip_rows; ++r, row += lanes) {
          if (block == 0) fetch_ahead(first, strip * strip_rows + r);
#pragma GCC unroll 8
          for (int p = 0; p < packs_at_once; ++p) in_registers[p].add(load(row + p * pack_lanes), context);
        }
#pragma GCC unroll 8
        for (int p = 0; p < packs_at_once; ++p) a[block + p] = in_registers[p];
      }
    });
  }

  /// The same for a leaf of any size, telling the accumulator which lanes are there.
  template <template <class> class Accumulator, class Context>
  [[gnu::noinline]] Accumulator<T> sweep_where(const Context& context) const {
    return join<Accumulator>([&](int strip, auto* a) {
      for (int p = 0; p < packs; ++p) a[p] = Accumulator<V>::none();
      for (int r = 0; r < strip_rows; ++r) {
        const int first = strip * strip_elements + r * lanes, left = count_ - first;
        if (left <= 0) return;
        if (left >= lanes) {
          for (int p = 0; p < packs; ++p)
            a[p].add_where(all_true<V>(), load(values_ + first + p * pack_lanes), context);
        } else {
          T last_row[lanes] = {};  // a copy, so that nothing behind the end is read
          std::memcpy(last_row, values_ + first, left * sizeof(T));
          for (int p = 0; p < packs; ++p) {
            a[p].add_where(lanes_below(left - p * pack_lanes), load(last_row + p * pack_lanes), context);
          }
        }
      }
    });
  }

  /// Accumulators that are exact in any order (integers, extremes) go the same way here; a GPU joins them faster.
  template <template <class> class Accumulator, class Context>
  Accumulator<T> sweep_free(const Context& context) {
    if constexpr (requires { Accumulator<T>::of_leaf(values_); }) {
      return Accumulator<T>::of_leaf(values_);
    } else {
      return sweep<Accumulator>(context);
    }
  }
  template <template <class> class Accumulator, class Context>
  Accumulator<T> sweep_free_where(const Context& context) const {
    return sweep_where<Accumulator>(context);
  }
  /// Both kinds in one sweep, the only one over most leaves: it fetches as far ahead as some processors would not.
  template <template <class> class Ordered, template <class> class Free, class Context>
  [[gnu::noinline]] SweptBoth<Ordered<T>, Free<T>> sweep_with_free(const Context& context) {
    constexpr int frees = 4;  // of the whole leaf: enough that one need not wait for the last
    Free<V> free[frees];
    for (Free<V>& f : free) f = Free<V>::none();
    const Ordered<T> ordered = join<Ordered>([&](int strip, auto* a) {
      constexpr int at_once = packs_in_registers<Ordered<V>>();
      Free<V> free_in_registers[frees];
#pragma GCC unroll 4
      for (int f = 0; f < frees; ++f) free_in_registers[f] = free[f];
#pragma GCC unroll 8
      for (int block = 0; block < packs; block += at_once) {
        Ordered<V> in_registers[at_once];
#pragma GCC unroll 8
        for (int p = 0; p < at_once; ++p) in_registers[p] = Ordered<V>::none();
        const T* row = values_ + strip * strip_elements + block * pack_lanes;
        for (int r = 0; r < strip_rows; ++r, row += lanes) {
          if (block == 0) fetch<lanes * sizeof(T)>(reinterpret_cast<const char*>(row) + 4096);
#pragma GCC unroll 8
          for (int p = 0; p < at_once; ++p) {
            const V x = load(row + p * pack_lanes);
            in_registers[p].add(x, context);
            free_in_registers[p % frees].add(x, context);
          }
        }
#pragma GCC unroll 8
        for (int p = 0; p < at_once; ++p) a[block + p] = in_registers[p];
      }
#pragma GCC unroll 4
      for (int f = 0; f < frees; ++f) free[f] = free_in_registers[f];
    });
    for (int f = 1; f < frees; ++f) free[0].merge(free[f]);
    return {ordered, join_lanes<pack_lanes / 2>(free[0])};
  }
  template <template <class> class Ordered, template <class> class Free, class Context>
  SweptBoth<Ordered<T>, Free<T>> sweep_where_with_free(const Context& context) const {
    const auto both = sweep_where<Both<Ordered, Free>::template Lanes>(context);
    return {both.ordered, both.free};
  }

  /// Sweeps with an accumulator of plain numbers (`none(context)`, `add`, `merge(other, context)`), a leaf of any size.
  template <template <class> class Lane, class Context>
  Lane<T> sweep_numbers(const Context& context) const {
    Lane<T> strips[leaf_strips];
    for (int s = 0; s < leaf_strips; ++s) {
      Lane<T> lane[lanes];
      for (int l = 0; l < lanes; ++l) lane[l] = Lane<T>::none(context);
      const int first = s * strip_elements, end = count_ < first + strip_elements ? count_ : first + strip_elements;
      for (int i = first; i < end; ++i) lane[i % lanes].add(values_[i], context);
      for (int half = lanes / 2; half > 0; half /= 2) {
        for (int l = 0; l < half; ++l) lane[l].merge(lane[l + half], context);
      }
      strips[s] = lane[0];
    }
    for (int step = 1; step < leaf_strips; step *= 2) {
      for (int s = 0; s < leaf_strips; s += 2 * step) strips[s].merge(strips[s + step], context);
    }
    return strips[0];
  }

 private:
  using V = Pack<T, pack_lanes>;
  static constexpr int packs = lanes / pack_lanes;

  template <template <class> class Ordered, template <class> class Free>
  struct Both {
    template <class L>
    struct Lanes {
      Ordered<L> ordered;
      Free<L> free;

      SCATTERFOLD_HD static Lanes none() { return {Ordered<L>::none(), Free<L>::none()}; }
      template <class Context>
      SCATTERFOLD_HD void add(L x, const Context& context) {
        ordered.add(x, context);
        free.add(x, context);
      }
      template <class Context>
      SCATTERFOLD_HD void add_where(Mask<L> present, L x, const Context& context) {
        ordered.add_where(present, x, context);
        free.add_where(present, x, context);
      }
      SCATTERFOLD_HD void merge(const Lanes& other) {
        ordered.merge(other.ordered);
        free.merge(other.free);
      }
      template <class To, class F>
      SCATTERFOLD_HD Lanes<To> zip(const Lanes& other, const F& f) const {
        return {ordered.template zip<To>(other.ordered, f), free.template zip<To>(other.free, f)};
      }
    };
  };

  /// How many packs are added to side by side, so that their accumulators fill at most half of the registers.
  template <class A>
  static constexpr int packs_in_registers() {
    int at_once = packs_at_once;
    while (at_once * sizeof(A) > 2 * packs_at_once * sizeof(Pack<double, pack_lanes>)) at_once /= 2;
    return at_once;
  }

  /// Several sweeps over one leaf are no stream that the hardware follows far enough ahead: every row of a sweep
  /// fetches its share of what comes. Where a leaf and the next fit into the first-level cache, two sweeps fetch one
  /// half of the next leaf each, so that memory is never idle; larger leaves are fetched a little before their first
  /// sweep, and during the second the half of the next that finds room.
  [[gnu::always_inline]] void fetch_ahead(bool first_sweep, int row) const {
    constexpr int row_bytes = lanes * sizeof(T), leaf_bytes = leaf_elements * sizeof(T);
    constexpr bool small = leaf_bytes <= 16384;
    const char* values = reinterpret_cast<const char*>(values_);
    if (!small && first_sweep) {
      fetch<row_bytes>(values + 8192 + row * row_bytes);
    } else {
      fetch<row_bytes / 2>(values + leaf_bytes + (small && !first_sweep ? leaf_bytes / 2 : 0) + row * (row_bytes / 2));
    }
  }
  /// Inlined by force: GCC takes a function that only fetches for one without effect and drops the call.
  template <int bytes>
  [[gnu::always_inline]] static void fetch(const char* from) {
#pragma GCC unroll 8
    for (int line = 0; line < bytes; line += 64) __builtin_prefetch(from + line);
  }

  /// Runs `strip(number, accumulators)` for the strips in turn; joins the lanes of each by halving, then the strips.
  /// Several strips halve side by side in the lanes of one pack; the order within each is that of the definition.
  template <template <class> class Accumulator, class Strip>
  static Accumulator<T> join(const Strip& strip) {
    Accumulator<V> strips[leaf_strips];
    for (int s = 0; s < leaf_strips; ++s) {
      Accumulator<V> all[packs];
      strip(s, all);
#pragma GCC unroll 4
      for (int half = packs / 2; half > 0; half /= 2) {
        for (int p = 0; p < half; ++p) all[p].merge(all[p + half]);
      }
      // Field by field: copied as a whole, it would be read from memory wider than it was just written there.
      strips[s] = all[0].template zip<V>(all[0], [](auto x, auto) { return x; });
    }
    halve<pack_lanes / 2, leaf_strips, leaf_strips * pack_lanes>(strips);
    return strips[0].template zip<T>(strips[0], [](auto x, auto) { return lane_of(x, 0); });
  }

  /// `count` packs hold `numbers` lanes to be joined, in groups of 2 * half: the upper half of each group joins its
  /// lower one, and the packs close ranks. Down to one lane per strip; then neighbours are strips, down to one.
  template <int half, int count, int numbers>
  static void halve(auto* all) {
    constexpr int left = count > 1 ? count / 2 : 1;
#pragma GCC unroll 4
    for (int p = 0; p < left; ++p) {
      const auto a = all[2 * p], b = all[count > 1 ? 2 * p + 1 : 0];
      all[p] = a.template zip<V>(b, [](auto x, auto y) { return half_groups<half, 0>(x, y, PackIndices{}); });
      all[p].merge(a.template zip<V>(b, [](auto x, auto y) { return half_groups<half, half>(x, y, PackIndices{}); }));
    }
    if constexpr (numbers > 2) halve<(half > 1 ? half / 2 : 1), left, numbers / 2>(all);
  }

  /// Joins the lanes of one pack, in an order that is not that of the definition.
  template <int half, class A>
  static auto join_lanes(A a) {
    if constexpr (half == 0) {
      return a.template zip<T>(a, [](auto x, auto) { return lane_of(x, 0); });
    } else {
      a.merge(a.template zip<V>(a, [](auto x, auto) { return half_groups<half, half>(x, x, PackIndices{}); }));
      return join_lanes<half / 2>(a);
    }
  }

  using PackIndices = std::make_integer_sequence<int, pack_lanes>;
  template <int half, int offset, class P, int... i>
  static P half_groups(P x, P y, std::integer_sequence<int, i...>) {
    return __builtin_shufflevector(x, y, (i / half * 2 * half + i % half + offset)...);
  }

  static V load(const T* from) {
    V v;
    std::memcpy(&v, from, sizeof(V));
    return v;
  }

  static Mask<V> lanes_below(int limit) {
    Mask<V> mask;
    for (int i = 0; i < pack_lanes; ++i) mask[i] = i < limit ? -1 : 0;
    return mask;
  }

  const T* values_;
  int count_;
  int sweeps_ = 0;
};

}  // namespace scatterfold::SCATTERFOLD_ISA

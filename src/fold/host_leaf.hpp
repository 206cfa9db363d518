// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

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

  /// Adds every element of a full leaf to its lane and joins the lanes.
  template <template <class> class Accumulator, class Context>
  [[gnu::noinline]] Accumulator<T> sweep(const Context& context) const {
    return join<Accumulator>([&](int strip, auto* a) {
      const T* values = values_ + strip * strip_elements;
      // Two sweeps in turn are no stream that the hardware follows far enough ahead: fetch what comes 16 KiB later.
      for (int i = 0; i < strip_elements; i += 64 / static_cast<int>(sizeof(T))) {
        __builtin_prefetch(values + 16384 / sizeof(T) + i);
      }
      for (int block = 0; block < packs; block += packs_at_once) {
        Accumulator<V> in_registers[packs_at_once];
#pragma GCC unroll 8
        for (int p = 0; p < packs_at_once; ++p) in_registers[p] = Accumulator<V>::none();
        const T* row = values + block * pack_lanes;
        for (int r = 0; r < strip_rows; ++r, row += lanes) {
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
          for (int p = 0; p < packs; ++p) a[p].add_where(all_true<V>(), load(values_ + first + p * pack_lanes), context);
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
  Accumulator<T> sweep_free(const Context& context) const {
    return sweep<Accumulator>(context);
  }
  template <template <class> class Accumulator, class Context>
  Accumulator<T> sweep_free_where(const Context& context) const {
    return sweep_where<Accumulator>(context);
  }
  /// Both kinds in one sweep.
  template <template <class> class Ordered, template <class> class Free, class Context>
  SweptBoth<Ordered<T>, Free<T>> sweep_with_free(const Context& context) const {
    const auto both = sweep<Both<Ordered, Free>::template Lanes>(context);
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
      SCATTERFOLD_HD void merge(const Lanes& other) {
        ordered.merge(other.ordered);
        free.merge(other.free);
      }
      SCATTERFOLD_HD Lanes<NumberOf<L>> lane(int i) const { return {ordered.lane(i), free.lane(i)}; }
    };
  };

  /// Runs `strip(number, accumulators)` for the strips in turn; joins the lanes of each by halving, then the strips.
  template <template <class> class Accumulator, class Strip>
  static Accumulator<T> join(const Strip& strip) {
    Accumulator<T> strips[leaf_strips];
    for (int s = 0; s < leaf_strips; ++s) {
      Accumulator<V> all[packs];
      strip(s, all);
#pragma GCC unroll 4
      for (int half = packs / 2; half > 0; half /= 2) {
        for (int p = 0; p < half; ++p) all[p].merge(all[p + half]);
      }
      Accumulator<T> lane[pack_lanes];
#pragma GCC unroll 8
      for (int i = 0; i < pack_lanes; ++i) lane[i] = all[0].lane(i);
#pragma GCC unroll 4
      for (int half = pack_lanes / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) lane[i].merge(lane[i + half]);
      }
      strips[s] = lane[0];
    }
    for (int step = 1; step < leaf_strips; step *= 2) {
      for (int s = 0; s < leaf_strips; s += 2 * step) strips[s].merge(strips[s + step]);
    }
    return strips[0];
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
};

}  // namespace scatterfold::SCATTERFOLD_ISA

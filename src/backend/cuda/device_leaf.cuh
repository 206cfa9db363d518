// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "base/lanes.hpp"
#include "fold/decoding.hpp"
#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"

namespace scatterfold::cuda {

inline constexpr int block_threads = 128;
inline constexpr int thread_elements = leaf_elements / block_threads;
inline constexpr int warps = block_threads / 32;
static_assert(lanes == 64 && strip_rows == 8 && leaf_strips == 2 * warps, "the leaf is laid out for this geometry");

/// Elements side by side in memory, loaded at once.
template <class T, int n>
struct alignas(n * sizeof(T) < 16 ? n * sizeof(T) : 16) Neighbours {
  T v[n];
};

/// An accumulator as the words that shuffles move. Never by address: that would put it into local memory.
template <class A>
struct Words {
  unsigned word[sizeof(A) / 4];
};

template <class A>
__device__ __forceinline__ A shuffle_xor(const A& value, int mask) {
  static_assert(sizeof(Words<A>) == sizeof(A));
  Words<A> words = __builtin_bit_cast(Words<A>, value);
#pragma unroll
  for (unsigned& word : words.word) word = __shfl_xor_sync(0xffffffffu, word, mask);
  return __builtin_bit_cast(A, words);
}

template <class A>
__device__ __forceinline__ A choose(bool first, const A& a, const A& b) {
  const Words<A> x = __builtin_bit_cast(Words<A>, a), y = __builtin_bit_cast(Words<A>, b);
  Words<A> chosen;
#pragma unroll
  for (int i = 0; i < static_cast<int>(sizeof(A) / 4); ++i) chosen.word[i] = first ? x.word[i] : y.word[i];
  return __builtin_bit_cast(A, chosen);
}

/// Joins a free accumulator over the warp: its own way where it has one, else by halving.
template <class A>
__device__ __forceinline__ void join_warp_free(A& a) {
  if constexpr (requires { a.join_warp(); }) {
    a.join_warp();
  } else {
    for (int distance = 16; distance > 0; distance /= 2) a.merge(shuffle_xor(a, distance));
  }
}

/// The elements of one leaf in the registers of a block. Every thread takes part in every call and gets the same
/// answer. Accumulators of `sweep` commute (a + b is b + a); those of `sweep_free` are exact in any order.
template <class T>
class DeviceLeaf {
 public:
  /// So many of a thread's elements lie side by side: 16 bytes of them, so that neighbouring threads load neighbouring
  /// bytes.
  static constexpr int together = sizeof(T) == 8 ? 2 : 4;

  /// `turn` counts the exchanges between the block's warps, over all its leaves.
  __device__ DeviceLeaf(int count, int& turn) : count_(count), turn_(turn) {}

  /// Where in the leaf the thread's i-th element is. Every warp has two strips, half a warp one; a thread has four
  /// lanes of its strip, the same in all eight rows: lanes 4q to 4q + 3, or 2q, 2q + 1, 2q + 32 and 2q + 33.
  __device__ __forceinline__ static int place(int i) {
    const int t = static_cast<int>(threadIdx.x), lane = together == 2 ? i % 4 / 2 * 32 + i % 2 : i % 4;
    return (t / 16) * strip_elements + i / 4 * lanes + (t % 16) * together + lane;
  }

  __device__ __forceinline__ bool full() const { return count_ == leaf_elements; }
  __device__ __forceinline__ bool present(int i) const { return place(i) < count_; }

  /// The thread's i-th element: four of the first row, four of the second, ...
  __device__ __forceinline__ T& operator[](int i) { return x_[i]; }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep(const Context& context) {
    return across_warps(sweep_warp<Accumulator>(context), Merge{});
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_free(const Context& context) const {
    return across_warps(sweep_warp_free<Accumulator>(context), Merge{});
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_free_where(const Context& context) const {
    Accumulator<T> a = Accumulator<T>::none();
#pragma unroll
    for (int i = 0; i < thread_elements; ++i) a.add_where(present(i), x_[i], context);
    join_warp_free(a);
    return across_warps(a, Merge{});
  }

  template <template <class> class Ordered, template <class> class Free, class Context>
  __device__ __forceinline__ SweptBoth<Ordered<T>, Free<T>> sweep_with_free(const Context& context) {
    const Ordered<T> ordered = sweep_warp<Ordered>(context);
    forget_conversions();  // also keeps the two from being mixed, for which there are no registers
    const SweptBoth<Ordered<T>, Free<T>> both{ordered, sweep_warp_free<Free>(context)};
    return across_warps(both, [](auto& left, const auto& right) {
      left.ordered.merge(right.ordered);
      left.free.merge(right.free);
    });
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_where(const Context& context) {
    forget_conversions();
    Accumulator<T> a[4] = {Accumulator<T>::none(), Accumulator<T>::none(), Accumulator<T>::none(),
                           Accumulator<T>::none()};
#pragma unroll
    for (int i = 0; i < thread_elements; ++i) a[i % 4].add_where(present(i), x_[i], context);
    return across_warps(join_warp(a), Merge{});
  }

  /// Plain folds: `merge` keeps left and right apart, so lanes join in the order of the definition.
  template <template <class> class Lane, class Context>
  __device__ __forceinline__ Lane<T> sweep_numbers(const Context& context) const {
    Lane<T> a[4] = {Lane<T>::none(context), Lane<T>::none(context), Lane<T>::none(context), Lane<T>::none(context)};
#pragma unroll
    for (int i = 0; i < thread_elements; ++i) {
      if (present(i)) a[i % 4].add(x_[i], context);
    }
    if constexpr (together == 2) {
      a[0].merge(a[2], context);
      a[1].merge(a[3], context);
    }
    for (int distance = 8; distance > 0; distance /= 2) {
#pragma unroll
      for (int c = 0; c < together; ++c) merge_pair(a[c], distance, context);
    }
    if constexpr (together == 4) {
      a[0].merge(a[2], context);
      a[1].merge(a[3], context);
    }
    a[0].merge(a[1], context);
    merge_pair(a[0], 16, context);
    return across_warps(a[0], [&](Lane<T>& left, const Lane<T>& right) { left.merge(right, context); });
  }

 private:
  struct Merge {
    template <class A>
    __device__ __forceinline__ void operator()(A& left, const A& right) const {
      left.merge(right);
    }
  };

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_warp(const Context& context) {
    forget_conversions();
    Accumulator<T> a[4] = {Accumulator<T>::none(), Accumulator<T>::none(), Accumulator<T>::none(),
                           Accumulator<T>::none()};
#pragma unroll
    for (int i = 0; i < thread_elements; ++i) a[i % 4].add(x_[i], context);
    return join_warp(a);
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_warp_free(const Context& context) const {
    // Four accumulators, so that one addition need not wait for the last.
    Accumulator<T> a[4] = {Accumulator<T>::none(), Accumulator<T>::none(), Accumulator<T>::none(),
                           Accumulator<T>::none()};
#pragma unroll
    for (int i = 0; i < thread_elements; ++i) a[i % 4].add(x_[i], context);
    a[0].merge(a[1]);
    a[2].merge(a[3]);
    a[0].merge(a[2]);
    join_warp_free(a[0]);
    return a[0];
  }

  /// Keeps the compiler from holding on to float64 copies of elements from one sweep to the next: converting again is
  /// cheaper than the registers.
  __device__ __forceinline__ void forget_conversions() {
#pragma unroll
    for (int i = 0; i < thread_elements; ++i) {
      if constexpr (std::is_same_v<T, float>) asm volatile("" : "+f"(x_[i]));
      if constexpr (std::is_same_v<T, double>) asm volatile("" : "+d"(x_[i]));
      if constexpr (std::is_integral_v<T> && sizeof(T) == 4) asm volatile("" : "+r"(x_[i]));
      if constexpr (std::is_integral_v<T> && sizeof(T) == 8) asm volatile("" : "+l"(x_[i]));
    }
  }

  /// Joins with the thread that many places away: the lower one is the left.
  template <class L, class Context>
  __device__ static void merge_pair(L& mine, int distance, const Context& context) {
    L other = shuffle_xor(mine, distance);
    if (threadIdx.x & distance) {
      other.merge(mine, context);
      mine = other;
    } else {
      mine.merge(other, context);
    }
  }

  /// Lane i with i + 32, then + 16, ... + 1, partly this thread's own and partly other threads'. The first exchanges
  /// hand half of the accumulators over, so that no thread joins what its partner joins too.
  template <class A>
  __device__ __forceinline__ static A join_warp(A (&a)[4]) {
    const bool upper8 = threadIdx.x & 8, upper4 = threadIdx.x & 4;
    A keep;
    if constexpr (together == 2) {
      a[0].merge(a[2]);
      a[1].merge(a[3]);
      keep = choose(upper8, a[1], a[0]);
      keep.merge(shuffle_xor(choose(upper8, a[0], a[1]), 8));
      keep.merge(shuffle_xor(keep, 4));
      keep.merge(shuffle_xor(keep, 2));
      keep.merge(shuffle_xor(keep, 1));
      keep.merge(shuffle_xor(keep, 8));  // lanes 1 apart
    } else {
      A keep0 = choose(upper8, a[2], a[0]), keep1 = choose(upper8, a[3], a[1]);
      keep0.merge(shuffle_xor(choose(upper8, a[0], a[2]), 8));
      keep1.merge(shuffle_xor(choose(upper8, a[1], a[3]), 8));
      keep = choose(upper4, keep1, keep0);
      keep.merge(shuffle_xor(choose(upper4, keep0, keep1), 4));
      keep.merge(shuffle_xor(keep, 2));
      keep.merge(shuffle_xor(keep, 1));
      keep.merge(shuffle_xor(keep, 8));  // lanes 2 apart
      keep.merge(shuffle_xor(keep, 4));  // lanes 1 apart
    }
    keep.merge(shuffle_xor(keep, 16));  // the warp's two strips
    return keep;
  }

  /// Two buffers in turn, from one exchange to the next whatever is exchanged: a warp may write while another still
  /// reads the last one's, and the barrier of that one lies between two uses of a buffer.
  template <class A, class Merge>
  __device__ __forceinline__ A across_warps(const A& mine, const Merge& merge) const {
    __shared__ alignas(16) unsigned char shared[2][warps][sizeof(A)];
    const int buffer = turn_++ & 1;
    if (threadIdx.x % 32 == 0) *reinterpret_cast<A*>(shared[buffer][threadIdx.x / 32]) = mine;
    __syncthreads();
    auto of_warp = [&](int w) { return *reinterpret_cast<const A*>(shared[buffer][w]); };
    A left = of_warp(0), right = of_warp(2);
    merge(left, of_warp(1));
    merge(right, of_warp(3));
    merge(left, right);
    return left;
  }

  T x_[thread_elements];
  int count_;
  int& turn_;
};

}  // namespace scatterfold::cuda

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "base/lanes.hpp"
#include "fold/decoding.hpp"
#include "fold/geometry.hpp"

namespace scatterfold::cuda {

inline constexpr int block_threads = 128;
inline constexpr int thread_elements = leaf_elements / block_threads;
inline constexpr int warps = block_threads / 32;
static_assert(lanes == 64 && strip_rows == 8 && leaf_strips == 2 * warps, "the leaf is laid out for this geometry");

/// Four elements side by side, loaded with as few instructions as their size allows.
template <class T>
struct alignas(4 * sizeof(T) < 16 ? 4 * sizeof(T) : 16) Four {
  T v[4];
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

/// Keeps the compiler from holding on to float64 copies of 32-bit elements from one sweep to the next: converting
/// again is cheaper than the registers.
template <class T, int n>
__device__ __forceinline__ void forget_conversions(T (&x)[n]) {
  if constexpr (sizeof(T) == 4) {
#pragma unroll
    for (int i = 0; i < n; ++i) {
      if constexpr (std::is_same_v<T, float>) {
        asm volatile("" : "+f"(x[i]));
      } else {
        asm volatile("" : "+r"(x[i]));
      }
    }
  }
}

/// The elements of one leaf in the registers of a block: every warp has two strips, half a warp one; a thread has four
/// lanes of its strip, all eight rows. Every thread takes part in every call and gets the same answer.
template <class T>
class DeviceLeaf {
 public:
  /// `values` is aligned to four elements. Reads nothing behind `count`.
  __device__ DeviceLeaf(const T* values, int count, int parity) : count_(count), parity_(parity) {
    const T* mine = values + first();
    if (count == leaf_elements) {
#pragma unroll
      for (int row = 0; row < strip_rows; ++row) {
        const Four<T> four = *reinterpret_cast<const Four<T>*>(mine + row * lanes);
#pragma unroll
        for (int c = 0; c < 4; ++c) x_[row * 4 + c] = four.v[c];
      }
    } else {
#pragma unroll
      for (int i = 0; i < thread_elements; ++i) {
        x_[i] = present(i) ? mine[i / 4 * lanes + i % 4] : T{};
      }
    }
  }

  __device__ __forceinline__ bool full() const { return count_ == leaf_elements; }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep(const Context& context) {
    forget_conversions(x_);
    Accumulator<T> a[4] = {Accumulator<T>::none(), Accumulator<T>::none(), Accumulator<T>::none(), Accumulator<T>::none()};
#pragma unroll
    for (int i = 0; i < thread_elements; ++i) a[i % 4].add(x_[i], context);
    return join(a);
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_where(const Context& context) {
    forget_conversions(x_);
    Accumulator<T> a[4] = {Accumulator<T>::none(), Accumulator<T>::none(), Accumulator<T>::none(), Accumulator<T>::none()};
#pragma unroll
    for (int i = 0; i < thread_elements; ++i) a[i % 4].add_where(present(i), x_[i], context);
    return join(a);
  }

  /// Plain folds: `merge` keeps left and right apart, so lanes join in the order of the definition.
  template <template <class> class Lane, class Context>
  __device__ __forceinline__ Lane<T> sweep_numbers(const Context& context) const {
    Lane<T> a[4] = {Lane<T>::none(context), Lane<T>::none(context), Lane<T>::none(context), Lane<T>::none(context)};
#pragma unroll
    for (int i = 0; i < thread_elements; ++i) {
      if (present(i)) a[i % 4].add(x_[i], context);
    }
    for (int distance = 8; distance > 0; distance /= 2) {
#pragma unroll
      for (int c = 0; c < 4; ++c) merge_pair(a[c], distance, context);
    }
    a[0].merge(a[2], context);
    a[1].merge(a[3], context);
    a[0].merge(a[1], context);
    merge_pair(a[0], 16, context);
    return across_warps(a[0], [&](Lane<T>& left, const Lane<T>& right) { left.merge(right, context); });
  }

 private:
  /// Of this thread's first element within the leaf.
  __device__ static int first() {
    const int t = static_cast<int>(threadIdx.x);
    return (t / 16) * strip_elements + (t % 16) * 4;
  }
  __device__ bool present(int i) const { return first() + i / 4 * lanes + i % 4 < count_; }

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

  /// Lane i with i + 32, 16, 8, 4: other threads; then with i + 2 and i + 1: this thread's own. The first two steps hand
  /// half of the accumulators over, so that no thread joins what its partner joins too. Accumulators commute.
  template <class A>
  __device__ __forceinline__ A join(A (&a)[4]) const {
    const bool upper8 = threadIdx.x & 8, upper4 = threadIdx.x & 4;
    A keep0 = choose(upper8, a[2], a[0]), keep1 = choose(upper8, a[3], a[1]);
    keep0.merge(shuffle_xor(choose(upper8, a[0], a[2]), 8));
    keep1.merge(shuffle_xor(choose(upper8, a[1], a[3]), 8));
    A keep = choose(upper4, keep1, keep0);
    keep.merge(shuffle_xor(choose(upper4, keep0, keep1), 4));
    keep.merge(shuffle_xor(keep, 2));
    keep.merge(shuffle_xor(keep, 1));
    keep.merge(shuffle_xor(keep, 8));   // lanes 2 apart
    keep.merge(shuffle_xor(keep, 4));   // lanes 1 apart
    keep.merge(shuffle_xor(keep, 16));  // the warp's two strips
    return across_warps(keep, [](A& left, const A& right) { left.merge(right); });
  }

  /// Two buffers in turn: a warp may write the next leaf's while another still reads this one's.
  template <class A, class Merge>
  __device__ __forceinline__ A across_warps(const A& mine, const Merge& merge) const {
    __shared__ alignas(16) unsigned char shared[2][warps][sizeof(A)];
    if (threadIdx.x % 32 == 0) *reinterpret_cast<A*>(shared[parity_][threadIdx.x / 32]) = mine;
    __syncthreads();
    auto of_warp = [&](int w) { return *reinterpret_cast<const A*>(shared[parity_][w]); };
    A left = of_warp(0), right = of_warp(2);
    merge(left, of_warp(1));
    merge(right, of_warp(3));
    merge(left, right);
    return left;
  }

  T x_[thread_elements];
  int count_, parity_;
};

}  // namespace scatterfold::cuda

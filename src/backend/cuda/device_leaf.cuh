// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "backend/cuda/halves.cuh"
#include "backend/cuda/leaf_layout.cuh"
#include "base/lanes.hpp"
#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"

namespace scatterfold::cuda {

inline constexpr int block_threads = 128;
inline constexpr int block_warps = block_threads / 32;

/// Elements side by side in memory, loaded at once.
template <class T, int n>
struct alignas(n * sizeof(T)) Neighbours {
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

/// Waits for the other warps of a leaf.
template <int warps>
__device__ __forceinline__ void sync_leaf_warps() {
  if constexpr (warps == 1) {
    __syncwarp();
  } else if constexpr (warps == block_warps) {
    __syncthreads();
  } else {
    asm volatile("bar.sync %0, %1;" ::"r"(1 + static_cast<int>(threadIdx.x) / (32 * warps)), "n"(32 * warps)
                 : "memory");
  }
}

/// The elements of one leaf in the registers of `warps` warps. Every thread of them takes part in every call and gets
/// the same answer. Accumulators of `sweep` commute (a + b is b + a); those of `sweep_free` are exact in any order.
template <class T, int warps>
class DeviceLeaf {
  using Layout = LeafLayout<sizeof(T), warps>;
  static constexpr int elements = Layout::elements, accumulators = Layout::accumulators;

 public:
  /// `turn` counts the exchanges between the warps, over all their leaves.
  __device__ DeviceLeaf(int count, int& turn) : count_(count), turn_(turn) {}

  __device__ __forceinline__ bool full() const { return count_ == leaf_elements; }
  /// Of a full leaf.
  __device__ __forceinline__ T first() const { return first_; }

  /// Loads a full leaf, stored as T or as halves of it.
  template <class S>
  __device__ __forceinline__ void load_full(const S* stored) {
    const int thread = static_cast<int>(threadIdx.x) % (32 * warps);
    constexpr int together = Layout::together;
    first_ = value_of(stored[0]);
#pragma unroll
    for (int i = 0; i < elements; i += together) {
      const auto* from = stored + Layout::place(thread, i);
      if constexpr (sizeof(T) < 4) {
        const auto some = *reinterpret_cast<const Neighbours<unsigned, 4>*>(from);
#pragma unroll
        for (int w = 0; w < 4; ++w) x_[i * static_cast<int>(sizeof(T)) / 4 + w] = some.v[w];
      } else {
        const auto some = *reinterpret_cast<const Neighbours<S, together>*>(from);
#pragma unroll
        for (int c = 0; c < together; ++c) x_[i + c] = value_of(some.v[c]);
      }
    }
  }
  /// Loads what there is of a leaf that is not full.
  template <class S>
  __device__ __forceinline__ void load_some(const S* stored) {
    const int thread = thread_anew();
    if constexpr (sizeof(T) < 4) {
#pragma unroll
      for (unsigned& word : x_) word = 0;
    }
#pragma unroll
    for (int i = 0; i < elements; ++i) {
      const int at = Layout::place(thread, i);
      const T value = at < count_ ? value_of(stored[at]) : T{};
      if constexpr (sizeof(T) < 4) {
        x_[i / in_register] |= static_cast<unsigned>(static_cast<UnsignedOf<T>>(value))
                               << (i % in_register * 8 * static_cast<int>(sizeof(T)));
      } else {
        x_[i] = value;
      }
    }
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep(const Context& context) {
    return across_warps(sweep_warp<Accumulator>(context), Merge{});
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_free(const Context& context) {
    return across_warps(sweep_warp_free<Accumulator>(context), Merge{});
  }

  template <template <class> class Ordered, template <class> class Free, class Context>
  __device__ __forceinline__ SweptBoth<Ordered<T>, Free<T>> sweep_with_free(const Context& context) {
    const Ordered<T> ordered = sweep_warp<Ordered>(context);
    const SweptBoth<Ordered<T>, Free<T>> both{ordered, sweep_warp_free<Free>(context)};
    return across_warps(both, MergeBoth{});
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_where(const Context& context) {
    return across_warps(sweep_warp_where<Accumulator>(context), Merge{});
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_free_where(const Context& context) {
    return across_warps(sweep_warp_free_where<Accumulator>(context), Merge{});
  }

  template <template <class> class Ordered, template <class> class Free, class Context>
  __device__ __forceinline__ SweptBoth<Ordered<T>, Free<T>> sweep_where_with_free(const Context& context) {
    const Ordered<T> ordered = sweep_warp_where<Ordered>(context);
    const SweptBoth<Ordered<T>, Free<T>> both{ordered, sweep_warp_free_where<Free>(context)};
    return across_warps(both, MergeBoth{});
  }

  /// Plain folds: `merge` keeps left and right apart, so lanes join in the order of the definition.
  template <template <class> class Lane, class Context>
  __device__ __forceinline__ Lane<T> sweep_numbers(const Context& context) const {
    const int thread = thread_anew();
    Lane<T> a[accumulators];
#pragma unroll
    for (Lane<T>& lane : a) lane = Lane<T>::none(context);
#pragma unroll
    for (int i = 0; i < elements; ++i) {
      if (Layout::place(thread, i) < count_) a[Layout::accumulator(i)].add(element(i), context);
    }
    auto merge = [&](Lane<T>& left, const Lane<T>& right) { left.merge(right, context); };
    return across_warps(join_in_order<0>(a, merge), merge);
  }

 private:
  struct Merge {
    template <class A>
    __device__ __forceinline__ void operator()(A& left, const A& right) const {
      left.merge(right);
    }
  };
  struct MergeBoth {
    template <class A>
    __device__ __forceinline__ void operator()(A& left, const A& right) const {
      left.ordered.merge(right.ordered);
      left.free.merge(right.free);
    }
  };

  __device__ __forceinline__ static T value_of(T stored) { return stored; }
  __device__ __forceinline__ static T value_of(Half stored) { return value_of_half(stored); }

  /// The thread's number among those of the leaf, read again each time, so that the compiler does not compute all
  /// places before the first leaf and keep them: there are no registers for that.
  __device__ __forceinline__ static int thread_anew() {
    int thread;
    asm volatile("mov.u32 %0, %%tid.x;" : "=r"(thread));
    return thread % (32 * warps);
  }
  __device__ __forceinline__ T element(int i) const {
    if constexpr (sizeof(T) < 4) {
      return static_cast<T>(x_[i / in_register] >> (i % in_register * 8 * static_cast<int>(sizeof(T))));
    } else {
      return x_[i];
    }
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_warp(const Context& context) {
    forget_conversions();
    Accumulator<T> a[accumulators];
#pragma unroll
    for (Accumulator<T>& lane : a) lane = Accumulator<T>::none();
#pragma unroll
    for (int i = 0; i < elements; ++i) a[Layout::accumulator(i)].add(element(i), context);
    return join<0>(a);
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_warp_where(const Context& context) {
    forget_conversions();
    const int thread = thread_anew();
    Accumulator<T> a[accumulators];
#pragma unroll
    for (Accumulator<T>& lane : a) lane = Accumulator<T>::none();
#pragma unroll
    for (int i = 0; i < elements; ++i) {
      a[Layout::accumulator(i)].add_where(Layout::place(thread, i) < count_, element(i), context);
    }
    return join<0>(a);
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_warp_free(const Context& context) {
    forget_conversions();
    Accumulator<T> all;
    if constexpr (requires { Accumulator<T>::of_words(x_); }) {
      all = Accumulator<T>::of_words(x_);
    } else {
      // Four accumulators, so that one addition need not wait for the last.
      Accumulator<T> a[4] = {Accumulator<T>::none(), Accumulator<T>::none(), Accumulator<T>::none(),
                             Accumulator<T>::none()};
#pragma unroll
      for (int i = 0; i < elements; ++i) a[i % 4].add(element(i), context);
      a[0].merge(a[1]);
      a[2].merge(a[3]);
      a[0].merge(a[2]);
      all = a[0];
    }
    join_warp_free(all);
    return all;
  }

  template <template <class> class Accumulator, class Context>
  __device__ __forceinline__ Accumulator<T> sweep_warp_free_where(const Context& context) {
    forget_conversions();
    const int thread = thread_anew();
    Accumulator<T> a = Accumulator<T>::none();
#pragma unroll
    for (int i = 0; i < elements; ++i) a.add_where(Layout::place(thread, i) < count_, element(i), context);
    join_warp_free(a);
    return a;
  }

  /// Keeps the compiler from holding on to what it made of elements, unpacked or converted, from one sweep to the next,
  /// and from mixing two sweeps: doing it again is cheaper than the registers.
  __device__ __forceinline__ void forget_conversions() {
#pragma unroll
    for (Register& x : x_) {
      if constexpr (std::is_same_v<Register, float>) {
        asm volatile("" : "+f"(x));
      } else if constexpr (std::is_same_v<Register, double>) {
        asm volatile("" : "+d"(x));
      } else if constexpr (sizeof(Register) == 4) {
        asm volatile("" : "+r"(x));
      } else {
        asm volatile("" : "+l"(x));
      }
    }
  }

  /// Joins the lanes and strips of a warp, from the number-th step on.
  template <int number, class A, int n>
  __device__ __forceinline__ static A join(A (&a)[n]) {
    if constexpr (number == Layout::steps) {
      static_assert(n == 1);
      return a[0];
    } else {
      constexpr typename Layout::Step step = Layout::step(number, true);
      if constexpr (step.in_registers) {
        A half[n / 2];
#pragma unroll
        for (int i = 0; i < n / 2; ++i) {
          const int left = i % (1 << step.bit) + (i >> step.bit << (step.bit + 1));
          half[i] = a[left];
          half[i].merge(a[left + (1 << step.bit)]);
        }
        return join<number + 1>(half);
      } else if constexpr (n > 1) {
        const bool upper = threadIdx.x & step.distance;
        A half[n / 2];
#pragma unroll
        for (int i = 0; i < n / 2; ++i) {
          half[i] = choose(upper, a[i + n / 2], a[i]);
          half[i].merge(shuffle_xor(choose(upper, a[i], a[i + n / 2]), step.distance));
        }
        return join<number + 1>(half);
      } else {
        a[0].merge(shuffle_xor(a[0], step.distance));
        return join<number + 1>(a);
      }
    }
  }

  /// The same for a merge that tells left from right.
  template <int number, class A, int n, class MergeInOrder>
  __device__ __forceinline__ static A join_in_order(A (&a)[n], const MergeInOrder& merge) {
    if constexpr (number == Layout::steps) {
      static_assert(n == 1);
      return a[0];
    } else {
      constexpr typename Layout::Step step = Layout::step(number, false);
      if constexpr (step.in_registers) {
        A half[n / 2];
#pragma unroll
        for (int i = 0; i < n / 2; ++i) {
          const int left = i % (1 << step.bit) + (i >> step.bit << (step.bit + 1));
          half[i] = a[left];
          merge(half[i], a[left + (1 << step.bit)]);
        }
        return join_in_order<number + 1>(half, merge);
      } else {
        const bool upper = threadIdx.x & step.distance;
#pragma unroll
        for (int i = 0; i < n; ++i) {
          const A other = shuffle_xor(a[i], step.distance);
          A left = choose(upper, other, a[i]);
          merge(left, choose(upper, a[i], other));
          a[i] = left;
        }
        return join_in_order<number + 1>(a, merge);
      }
    }
  }

  /// Two buffers in turn, from one exchange to the next whatever is exchanged: a warp may write while another still
  /// reads the last one's, and the barrier of that one lies between two uses of a buffer.
  template <class A, class MergeInOrder>
  __device__ __forceinline__ A across_warps(const A& mine, const MergeInOrder& merge) const {
    if constexpr (warps == 1) {
      return mine;
    } else {
      __shared__ alignas(16) unsigned char shared[2][block_warps][sizeof(A)];
      const int buffer = turn_++ & 1, warp = static_cast<int>(threadIdx.x) / 32;
      if (threadIdx.x % 32 == 0) *reinterpret_cast<A*>(shared[buffer][warp]) = mine;
      sync_leaf_warps<warps>();
      auto of_warp = [&](int w) { return *reinterpret_cast<const A*>(shared[buffer][warp / warps * warps + w]); };
      A left = of_warp(0);
      merge(left, of_warp(1));
      if constexpr (warps == 4) {
        A right = of_warp(2);
        merge(right, of_warp(3));
        merge(left, right);
      }
      return left;
    }
  }

  using Register = std::conditional_t<sizeof(T) < 4, unsigned, T>;
  static constexpr int in_register = sizeof(Register) / sizeof(T);

  Register x_[elements / in_register];
  T first_;
  int count_;
  int& turn_;
};

}  // namespace scatterfold::cuda

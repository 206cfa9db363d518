// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "backend/cuda/block.hpp"
#include "backend/cuda/bulk_fetch.cuh"
#include "backend/cuda/device_leaf.cuh"
#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"

/// Kernels of folds that have states: over the leaves of blocks, and over states.
namespace scatterfold::cuda {

/// Warps that share a leaf: as few as leave room in their registers for its elements and for what F keeps of each lane
/// (`lane_bytes`, where it tells). Found by measurement.
template <class F>
constexpr int leaf_warps() {
  constexpr int element_bytes = sizeof(typename F::Element), room = 120;
  int lane_bytes = 0;
  if constexpr (requires { F::lane_bytes; }) lane_bytes = F::lane_bytes;
  using Alone = LeafLayout<element_bytes, 1>;
  int warps = element_bytes == 8 ? 4 : element_bytes == 4 ? 2 : 1;
  for (; 2 * warps <= Alone::rounds; warps *= 2) {
    if ((Alone::elements * element_bytes + Alone::accumulators * lane_bytes) / 4 <= room * warps) break;
  }
  return warps;
}
/// Blocks per multiprocessor that the registers must allow: while one waits the others compute.
inline constexpr int resident_blocks = 4;

/// Folds the leaves of a block, several at once, by `leaf_warps` warps each; the next ones are on their way meanwhile.
template <class F, class S>
__device__ __forceinline__ void fold_leaves(const typename F::Params& params, const MissingMark& mark, const S* stored,
                                            int elements, void* buffer, unsigned long long* barrier,
                                            typename F::State* leaf_states) {
  using T = typename F::Element;
  constexpr int warps = leaf_warps<F>(), at_once = block_warps / warps;
  const bool first_thread = threadIdx.x % (32 * warps) == 0;
  const int first_leaf = static_cast<int>(threadIdx.x) / (32 * warps);
  BulkFetch fetch(barrier);
  const auto start = [&](int l) {
    if (!first_thread || (l + 1) * leaf_elements > elements) return;
    constexpr int bytes = leaf_elements * static_cast<int>(sizeof(S));
    fetch.expect(bytes);
    fetch.copy(buffer, stored + l * leaf_elements, bytes);
  };
  if (first_thread) fetch.begin();
  sync_leaf_warps<warps>();
  start(first_leaf);
  int turn = 0;
  for (int l = first_leaf; l * leaf_elements < elements; l += at_once) {
    const int left = elements - l * leaf_elements;
    DeviceLeaf<T, warps> leaf(left < leaf_elements ? left : leaf_elements, turn);
    if (leaf.full()) {
      fetch.wait();
      leaf.load_full(static_cast<const S*>(buffer));
      fetch.done_reading();
      sync_leaf_warps<warps>();
      start(l + at_once);
    } else {
      leaf.load_some(stored + l * leaf_elements);
    }
    const typename F::State state = fold_leaf<F>(params, leaf, mark);
    if (first_thread) leaf_states[l] = state;
  }
}

/// S: what is stored, F's elements or halves of them.
template <class F, class S>
__global__ void __launch_bounds__(block_threads, resident_blocks)
    fold_blocks_kernel(typename F::Params params, Values values, const Block* blocks, typename F::State* states) {
  constexpr int warps = leaf_warps<F>(), at_once = block_warps / warps;
  __shared__ alignas(16) unsigned char buffers[at_once][leaf_elements * sizeof(S)];
  __shared__ alignas(16) unsigned char leaf_storage[block_leaves * sizeof(typename F::State)];
  __shared__ unsigned long long barriers[at_once];
  auto* leaf_states = reinterpret_cast<typename F::State*>(leaf_storage);
  const int mine = static_cast<int>(threadIdx.x) / (32 * warps);

  const Block block = blocks[blockIdx.x];
  fold_leaves<F>(params, values.mark, reinterpret_cast<const S*>(values.data) + block.first, block.elements,
                 buffers[mine], &barriers[mine], leaf_states);
  __syncthreads();
  const int leaves = (block.elements + leaf_elements - 1) / leaf_elements;
  for (int step = 1; step < leaves; step *= 2) {
    const int left = static_cast<int>(threadIdx.x) * 2 * step;
    if (left + step < leaves) F::merge(params, leaf_states[left], leaf_states[left + step]);
    __syncthreads();
  }
  if (threadIdx.x == 0) states[blockIdx.x] = leaf_states[0];
}

/// Joins states [begin, end) as a binary tree: so many at a time go through shared memory to one, until one is left, at
/// `begin`. All threads of the block.
inline constexpr int joined_at_once = 2 * block_threads;
template <class F>
__device__ __forceinline__ void join_states(const typename F::Params& params, typename F::State* states,
                                            std::int64_t count) {
  using State = typename F::State;
  __shared__ alignas(16) unsigned char storage[block_threads * sizeof(State)];
  auto* shared = reinterpret_cast<State*>(storage);
  const int thread = static_cast<int>(threadIdx.x);
  while (count > 1) {
    const std::int64_t groups = (count + joined_at_once - 1) / joined_at_once;
    for (std::int64_t g = 0; g < groups; ++g) {
      const std::int64_t first = g * joined_at_once, left = count - first;
      const int n = left < joined_at_once ? static_cast<int>(left) : joined_at_once, pairs = (n + 1) / 2;
      if (thread < pairs) {
        State state = states[first + 2 * thread];
        if (2 * thread + 1 < n) F::merge(params, state, states[first + 2 * thread + 1]);
        shared[thread] = state;
      }
      __syncthreads();
      for (int step = 1; step < pairs; step *= 2) {
        const int at = thread * 2 * step;
        if (at + step < pairs) F::merge(params, shared[at], shared[at + step]);
        __syncthreads();
      }
      if (thread == 0) states[g] = shared[0];
      __syncthreads();
    }
    count = groups;
  }
}

template <class F>
__global__ void __launch_bounds__(block_threads)
    join_kernel(typename F::Params params, typename F::State* states, std::int64_t count, const std::int64_t* offsets,
                std::int64_t size, typename F::State* joined) {
  const std::int64_t group = blockIdx.x;
  const std::int64_t begin = offsets != nullptr ? offsets[group] : group * size;
  std::int64_t end = offsets != nullptr ? offsets[group + 1] : begin + size;
  if (end > count) end = count;
  join_states<F>(params, states + begin, end - begin);
  if (threadIdx.x == 0) joined[group] = begin < end ? states[begin] : F::identity(params);
}

}  // namespace scatterfold::cuda

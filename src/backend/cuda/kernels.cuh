// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "backend/cuda/array_kernels.cuh"
#include "backend/cuda/bulk_fetch.cuh"
#include "backend/cuda/column_kernels.cuh"
#include "backend/cuda/counting.cuh"
#include "backend/cuda/device_leaf.cuh"
#include "backend/cuda/kernel_table.hpp"
#include "fold/kernel_list.hpp"

/// The launch code, written once; included by generated sources, one per folder of src/folds.
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

/// How many blocks the current device runs at the same time.
template <class Kernel>
cudaError_t blocks_at_once(Kernel kernel, int threads, std::size_t shared_bytes, std::int64_t& blocks) {
  int device = 0, processors = 0, resident = 0;
  cudaGetDevice(&device);
  cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
  const cudaError_t error = cudaOccupancyMaxActiveBlocksPerMultiprocessor(&resident, kernel, threads, shared_bytes);
  blocks = static_cast<std::int64_t>(resident) * processors;
  return error;
}

template <class F>
struct ArrayLaunch {
  static unsigned blocks_for(std::int64_t count) {
    return static_cast<unsigned>((count + column_threads - 1) / column_threads);
  }

  static cudaError_t columns(cudaStream_t stream, const void*, const Values& values, const double* weights,
                             const ColumnShape& shape, bool fresh, void* running, void* states) {
    if (shape.positions == 0) return cudaSuccess;
    auto* const more = static_cast<typename RunningOf<F>::type*>(running);
    auto* const done = static_cast<typename F::State*>(states);
    if constexpr (WeightedFold<F>) {
      const dim3 grid(blocks_for(shape.positions), static_cast<unsigned>(shape.segments()));
      fold_weighted_columns_kernel<F><<<grid, column_threads, 0, stream>>>(values, weights, shape, fresh, more, done);
    } else if (shape.row_stride == 1 && shape.inner == 1) {
      constexpr int threads = 32 * row_warps;
      constexpr std::size_t shared = row_warps * sizeof(RowParts<typename F::Element>);
      static_assert(threads * sizeof(typename F::State) <= shared);
      const dim3 grid(static_cast<unsigned>((shape.positions + threads - 1) / threads),
                      static_cast<unsigned>(shape.segments()));
      const cudaError_t error = allow_shared(fold_rows_kernel<F>, shared);
      if (error != cudaSuccess) return error;
      fold_rows_kernel<F><<<grid, threads, shared, stream>>>(values, shape, fresh, more, done);
    } else {
      using Ring = ColumnRing<typename F::Element>;
      constexpr std::size_t shared = sizeof(Ring) + Ring::positions * sizeof(typename F::State);
      std::int64_t blocks = 0;
      cudaError_t error = allow_shared(fold_columns_kernel<F>, shared);
      if (error == cudaSuccess) error = blocks_at_once(fold_columns_kernel<F>, Ring::threads, shared, blocks);
      if (error != cudaSuccess) return error;
      blocks = smaller(blocks, ColumnItem<typename F::Element>::count(shape));
      fold_columns_kernel<F>
          <<<static_cast<unsigned>(blocks), Ring::threads, shared, stream>>>(values, shape, fresh, more, done);
    }
    return cudaGetLastError();
  }
  template <class Kernel>
  static cudaError_t allow_shared(Kernel kernel, std::size_t bytes) {
    return cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes));
  }
  static cudaError_t weighted_leaves(cudaStream_t stream, const void* params, const Values& values,
                                     const double* weights, const Block* leaves, std::int64_t count, void* states) {
    if (count == 0) return cudaSuccess;
    weighted_leaves_kernel<F>
        <<<static_cast<unsigned>(count), lanes, 0, stream>>>(*static_cast<const typename F::Params*>(params), values,
                                                             weights, leaves, static_cast<typename F::State*>(states));
    return cudaGetLastError();
  }
  static cudaError_t count_columns(cudaStream_t stream, const void* params, const Values& values,
                                   const ColumnShape& shape, std::int64_t slots, unsigned long long* cells) {
    if (shape.positions == 0 || shape.rows == 0) return cudaSuccess;
    constexpr std::int64_t rows_at_once = 1024;
    const std::int64_t turns = shape.rows < rows_at_once ? shape.rows : rows_at_once;
    const dim3 grid(blocks_for(shape.positions), static_cast<unsigned>(turns));
    count_columns_kernel<F><<<grid, column_threads, 0, stream>>>(*static_cast<const typename F::Params*>(params),
                                                                 values, shape, slots, cells);
    return cudaGetLastError();
  }

  /// Adds what a fold has for arrays to its other kernels.
  static Kernels with(Kernels kernels) {
    if constexpr (TableFold<F>) {
      kernels.count_columns = count_columns;
    } else if constexpr (ColumnFold<F> || WeightedFold<F>) {
      kernels.columns = columns;
      kernels.running_bytes = sizeof(typename RunningOf<F>::type);
      if constexpr (WeightedFold<F>) kernels.weighted_leaves = weighted_leaves;
    }
    return kernels;
  }
};

template <class F>
struct Launch {
  using T = typename F::Element;

  static typename F::Params params_at(const void* params) { return *static_cast<const typename F::Params*>(params); }

  static cudaError_t fold_blocks(cudaStream_t stream, const void* params, const Values& values, const Block* blocks,
                                 std::int64_t count, void* states) {
    if constexpr (std::is_same_v<T, float>) {
      if (values.halves) return fold_stored<Half>(stream, params, values, blocks, count, states);
    }
    return fold_stored<T>(stream, params, values, blocks, count, states);
  }

  template <class S>
  static cudaError_t fold_stored(cudaStream_t stream, const void* params, const Values& values, const Block* blocks,
                                 std::int64_t count, void* states) {
    if (count == 0) return cudaSuccess;
    fold_blocks_kernel<F, S><<<static_cast<unsigned>(count), block_threads, 0, stream>>>(
        params_at(params), values, blocks, static_cast<typename F::State*>(states));
    return cudaGetLastError();
  }

  static cudaError_t join(cudaStream_t stream, const void* params, void* states, std::int64_t count,
                          const std::int64_t* offsets, std::int64_t size, std::int64_t groups, void* joined) {
    if (groups == 0) return cudaSuccess;
    join_kernel<F><<<static_cast<unsigned>(groups), block_threads, 0, stream>>>(
        params_at(params), static_cast<typename F::State*>(states), count, offsets, size,
        static_cast<typename F::State*>(joined));
    return cudaGetLastError();
  }

  static cudaError_t count(cudaStream_t stream, const void* params, const Values& values, const Block* blocks,
                           std::int64_t count, std::int64_t slots, unsigned long long* cells) {
    if (count == 0) return cudaSuccess;
    int device = 0, shared_limit = 0;
    cudaGetDevice(&device);
    cudaDeviceGetAttribute(&shared_limit, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
    const std::int64_t counts_bytes = (sizeof(T) == 1 ? 256 : slots) * static_cast<std::int64_t>(sizeof(unsigned));
    const std::int64_t near_bytes = sizeof(T) == 1 ? 0 : table_bytes_of<F>(params_at(params));
    const Counting counting = sizeof(T) == 1                              ? Counting::bytes
                              : counts_bytes + near_bytes <= shared_limit ? Counting::near_cells
                              : counts_bytes <= shared_limit              ? Counting::cells
                                                                          : Counting::device;
    const std::int64_t beside = counting == Counting::near_cells ? near_bytes : 0;
    // Each of the blocks that fill a multiprocessor may have its part of the shared memory.
    int copies = 1;
    while (copies < 32 && beside + 2 * copies * counts_bytes <= shared_limit / counting_blocks<T> - 1024) copies *= 2;
    const std::size_t shared =
        counting == Counting::device ? 0 : static_cast<std::size_t>(beside + copies * counts_bytes);
    if (const cudaError_t error = cudaFuncSetAttribute(count_kernel<F>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                                       static_cast<int>(shared));
        error != cudaSuccess) {
      return error;
    }
    std::int64_t resident = 0;
    if (const cudaError_t error = blocks_at_once(count_kernel<F>, count_threads, shared, resident);
        error != cudaSuccess) {
      return error;
    }
    count_kernel<F><<<static_cast<unsigned>(smaller(resident, count)), count_threads, shared, stream>>>(
        params_at(params), values, counting, copies, blocks, count, static_cast<int>(slots), cells);
    return cudaGetLastError();
  }

  static cudaError_t probe() {
    cudaFuncAttributes attributes;
    if constexpr (TableFold<F>) {
      return cudaFuncGetAttributes(&attributes, count_kernel<F>);
    } else if constexpr (WeightedFold<F>) {
      return cudaFuncGetAttributes(&attributes, weighted_leaves_kernel<F>);
    } else {
      return cudaFuncGetAttributes(&attributes, fold_blocks_kernel<F, T>);
    }
  }

  static Kernels kernels() {
    Kernels kernels{};
    kernels.probe = probe;
    if constexpr (TableFold<F>) {
      kernels.count = count;
    } else {
      kernels.join = join;
      if constexpr (!WeightedFold<F>) kernels.fold_blocks = fold_blocks;
    }
    return ArrayLaunch<F>::with(kernels);
  }
};

template <template <class> class F>
void fill_row(Kernels* row) {
  const Kernels kernels[element_type_count] = {
      Launch<F<std::int8_t>>::kernels(),   Launch<F<std::uint8_t>>::kernels(),  Launch<F<std::int16_t>>::kernels(),
      Launch<F<std::uint16_t>>::kernels(), Launch<F<std::int32_t>>::kernels(),  Launch<F<std::uint32_t>>::kernels(),
      Launch<F<std::int64_t>>::kernels(),  Launch<F<std::uint64_t>>::kernels(), Kernels{} /* float16 is decoded */,
      Launch<F<float>>::kernels(),         Launch<F<double>>::kernels()};
  for (int i = 0; i < element_type_count; ++i) row[i] = kernels[i];
}

template <template <class> class... F>
KernelTable kernel_table(const char* fold, KernelList<F...>) {
  static Kernels kernels[sizeof...(F) * element_type_count];
  Kernels* row = kernels;
  ((fill_row<F>(row), row += element_type_count), ...);
  return {fold, static_cast<int>(sizeof...(F)), kernels};
}

}  // namespace scatterfold::cuda

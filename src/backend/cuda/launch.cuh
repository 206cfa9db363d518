// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <type_traits>

#include "backend/cuda/array_kernels.cuh"
#include "backend/cuda/column_kernels.cuh"
#include "backend/cuda/counting.cuh"
#include "backend/cuda/kernel_table.hpp"
#include "backend/cuda/kernels.cuh"
#include "fold/kernel_list.hpp"

/// The host's side of the kernels, written once; included by generated sources, one per folder of src/folds.
namespace scatterfold::cuda {

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

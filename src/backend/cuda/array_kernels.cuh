// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "backend/cuda/block.hpp"
#include "backend/cuda/column_shape.hpp"
#include "backend/cuda/device_leaf.cuh"
#include "fold/column_fold.hpp"
#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"

/// Kernels of arrays: a thread has a position, and neighbours lie side by side.
namespace scatterfold::cuda {

inline constexpr int column_threads = 128;
inline constexpr int column_blocks = 8;  ///< per multiprocessor, that the registers must allow; found by measurement

template <class F>
struct RunningOf {
  using type = typename F::template Column<typename F::Element>;
};
template <WeightedFold F>
struct RunningOf<F> {
  using type = typename F::template WeightedColumn<typename F::Element>;
};

template <class F>
__global__ void __launch_bounds__(column_threads, column_blocks)
    fold_columns_kernel(Values values, const double* weights, ColumnShape shape, bool fresh,
                        typename RunningOf<F>::type* running) {
  using T = typename F::Element;
  const std::int64_t p = static_cast<std::int64_t>(blockIdx.x) * column_threads + threadIdx.x;
  if (p >= shape.positions) return;
  const std::int64_t at = p / shape.inner * shape.outer_stride + p % shape.inner, segment = blockIdx.y;
  const std::int64_t first = segment * shape.segment_rows, after = first + shape.segment_rows;
  const std::int64_t last = after < shape.rows ? after : shape.rows;
  auto& mine = running[segment * shape.positions + p];
  auto column = fresh ? RunningOf<F>::type::none() : mine;
  for (std::int64_t row = first; row < last; row += column_elements) {
    const int rows = last - row < column_elements ? static_cast<int>(last - row) : column_elements;
    const T* const x = reinterpret_cast<const T*>(values.data) + at + row * shape.row_stride;
    const auto element = [x, stride = shape.row_stride](int i) { return x[i * stride]; };
    if constexpr (WeightedFold<F>) {
      const double* const w = weights + at + row * shape.row_stride;
      column.fold(
          element, [w, stride = shape.row_stride](int i) { return w[i * stride]; }, rows, values.mark);
    } else {
      column.fold(element, rows, values.mark);
    }
  }
  mine = column;
}

/// Elements of a position that lie side by side are turned in shared memory: a warp has so many positions, loads a
/// block of each together, and then each thread folds its own.
inline constexpr int row_warps = 4;
template <class T>
struct TurnedRows {
  static constexpr int together = 16 / sizeof(T);                                       ///< elements of a load
  static constexpr int row_loads = column_elements / together;                          ///< of one row
  static constexpr int stride = column_elements + (sizeof(T) < 4 ? 4 / sizeof(T) : 1);  ///< so that banks differ
  T element[32][stride];

  /// Columns [first, first + rows) of 32 positions from `position` on; where `whole`, by loads of 16 bytes.
  __device__ __forceinline__ void load(const T* values, const ColumnShape& shape, std::int64_t position,
                                       std::int64_t first, int rows, bool whole) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    __syncwarp();
    if (whole) {
      constexpr int loads = 32 * row_loads / 32, at_once = loads < 8 ? loads : 8;
      for (int l = 0; l < loads; l += at_once) {
        Neighbours<T, together> some[at_once];
#pragma unroll
        for (int k = 0; k < at_once; ++k) {
          const int number = (l + k) * 32 + lane, p = number / row_loads, c = number % row_loads * together;
          if (position + p < shape.positions)
            some[k] = *reinterpret_cast<const Neighbours<T, together>*>(values + (position + p) * shape.outer_stride +
                                                                        first + c);
        }
#pragma unroll
        for (int k = 0; k < at_once; ++k) {
          const int number = (l + k) * 32 + lane, p = number / row_loads, c = number % row_loads * together;
#pragma unroll
          for (int i = 0; i < together; ++i) element[p][c + i] = some[k].v[i];
        }
      }
    } else {
      for (int p = 0; p < 32 && position + p < shape.positions; ++p) {
        for (int c = lane; c < rows; c += 32) element[p][c] = values[(position + p) * shape.outer_stride + first + c];
      }
    }
    __syncwarp();
  }
};

template <class F>
__global__ void __launch_bounds__(32 * row_warps)
    fold_rows_kernel(Values values, ColumnShape shape, bool fresh, typename RunningOf<F>::type* running) {
  using T = typename F::Element;
  extern __shared__ __align__(16) unsigned char storage[];
  auto& turned = reinterpret_cast<TurnedRows<T>*>(storage)[threadIdx.x / 32];
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const std::int64_t position = (static_cast<std::int64_t>(blockIdx.x) * row_warps + threadIdx.x / 32) * 32;
  const std::int64_t p = position + lane, segment = blockIdx.y, first = segment * shape.segment_rows;
  const std::int64_t last = first + shape.segment_rows < shape.rows ? first + shape.segment_rows : shape.rows;
  if (position >= shape.positions) return;
  const bool here = p < shape.positions;
  const T* const x = reinterpret_cast<const T*>(values.data);
  const bool even = shape.outer_stride % TurnedRows<T>::together == 0;
  auto column = fresh || !here ? RunningOf<F>::type::none() : running[segment * shape.positions + p];
  for (std::int64_t row = first; row < last; row += column_elements) {
    const int rows = last - row < column_elements ? static_cast<int>(last - row) : column_elements;
    turned.load(x, shape, position, row, rows, even && rows == column_elements);
    column.fold([&turned, lane](int i) { return turned.element[lane][i]; }, rows, values.mark);
  }
  if (here) running[segment * shape.positions + p] = column;
}

template <class F>
__global__ void __launch_bounds__(column_threads)
    column_states_kernel(std::int64_t count, const typename RunningOf<F>::type* running, typename F::State* states) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * column_threads + threadIdx.x;
  if (i < count) states[i] = running[i].state(0);
}

/// A thread has a lane of the leaf; lanes join by halving.
template <class F>
__global__ void __launch_bounds__(lanes)
    weighted_leaves_kernel(typename F::Params params, Values values, const double* weights, const Block* leaves,
                           typename F::State* states) {
  using T = typename F::Element;
  const Block leaf = leaves[blockIdx.x];
  const int lane = static_cast<int>(threadIdx.x), rows = leaf.elements / lanes, rest = leaf.elements % lanes;
  const T* const x = reinterpret_cast<const T*>(values.data) + leaf.first + lane;
  const double* const w = weights + leaf.first + lane;
  auto column = RunningOf<F>::type::none();
  if (rows > 0)
    column.fold([x](int i) { return x[i * lanes]; }, [w](int i) { return w[i * lanes]; }, rows, values.mark);
  if (lane < rest)
    column.fold([x, rows](int) { return x[rows * lanes]; }, [w, rows](int) { return w[rows * lanes]; }, 1, values.mark);
  __shared__ alignas(16) unsigned char storage[lanes * sizeof(typename F::State)];
  auto* shared = reinterpret_cast<typename F::State*>(storage);
  shared[lane] = column.state(0);
  for (int half = lanes / 2; half > 0; half /= 2) {
    __syncthreads();
    if (lane < half) F::merge(params, shared[lane], shared[lane + half]);
  }
  if (lane == 0) states[blockIdx.x] = shared[0];
}

template <class F>
__global__ void __launch_bounds__(column_threads)
    count_columns_kernel(typename F::Params params, Values values, ColumnShape shape, std::int64_t slots,
                         unsigned long long* cells) {
  using T = typename F::Element;
  const std::int64_t p = static_cast<std::int64_t>(blockIdx.x) * column_threads + threadIdx.x;
  if (p >= shape.positions) return;
  const std::int64_t at = p / shape.inner * shape.outer_stride + p % shape.inner;
  const T* const x = reinterpret_cast<const T*>(values.data) + at;
  for (std::int64_t row = blockIdx.y; row < shape.rows; row += gridDim.y)
    atomicAdd(cells + p * slots + F::slot(params, x[row * shape.row_stride], values.mark), 1ull);
}

}  // namespace scatterfold::cuda

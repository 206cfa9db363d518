// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "backend/cuda/block.hpp"
#include "backend/cuda/column_kernels.cuh"
#include "backend/cuda/column_shape.hpp"
#include "fold/column_fold.hpp"
#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"

/// Kernels of arrays whose elements have weights, and of tables: a thread has a position, and neighbours lie side by
/// side.
namespace scatterfold::cuda {

inline constexpr int column_threads = 128;

template <class F>
__global__ void __launch_bounds__(column_threads)
    fold_weighted_columns_kernel(Values values, const double* weights, ColumnShape shape, bool fresh,
                                 typename RunningOf<F>::type* running, typename F::State* states) {
  using T = typename F::Element;
  const std::int64_t p = static_cast<std::int64_t>(blockIdx.x) * column_threads + threadIdx.x;
  if (p >= shape.positions) return;
  const ColumnRows rows(shape, blockIdx.y);
  const std::int64_t at = shape.first_of(p), mine = rows.segment * shape.positions + p;
  auto column = fresh ? RunningOf<F>::type::none() : running[mine];
  for (std::int64_t row = rows.first; row < rows.last; row += column_elements) {
    const T* const x = reinterpret_cast<const T*>(values.data) + at + row * shape.row_stride;
    const double* const w = weights + at + row * shape.row_stride;
    column.fold([x, stride = shape.row_stride](int i) { return x[i * stride]; },
                [w, stride = shape.row_stride](int i) { return w[i * stride]; }, rows.block(row), values.mark);
  }
  if (states != nullptr) {
    states[mine] = column.state(0);
  } else {
    running[mine] = column;
  }
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
  const T* const x = reinterpret_cast<const T*>(values.data) + shape.first_of(p);
  for (std::int64_t row = blockIdx.y; row < shape.rows; row += gridDim.y)
    atomicAdd(cells + p * slots + F::slot(params, x[row * shape.row_stride], values.mark), 1ull);
}

}  // namespace scatterfold::cuda

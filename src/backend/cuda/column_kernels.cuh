// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "backend/cuda/block.hpp"
#include "backend/cuda/bulk_fetch.cuh"
#include "backend/cuda/column_shape.hpp"
#include "backend/cuda/device_leaf.cuh"
#include "fold/column_fold.hpp"
#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"

/// Kernels of arrays: every thread has positions of its own.
namespace scatterfold::cuda {

template <class F>
struct RunningOf {
  using type = typename F::template Column<typename F::Element>;
};
template <WeightedFold F>
struct RunningOf<F> {
  using type = typename F::template WeightedColumn<typename F::Element>;
};

/// The rows of one segment.
struct ColumnRows {
  std::int64_t segment, first, last;

  __device__ __forceinline__ ColumnRows(const ColumnShape& shape, std::int64_t number)
      : segment(number), first(segment * shape.segment_rows), last(smaller(first + shape.segment_rows, shape.rows)) {}

  /// How many of them the block that begins at `row` has.
  __device__ __forceinline__ int block(std::int64_t row) const {
    return last - row < column_elements ? static_cast<int>(last - row) : column_elements;
  }
};

/// Writes the states of all threads of a block, which are neighbours in memory, in their order there, by way of
/// `shared`, which has room for them: each thread's own would be scattered, which costs several times as much.
template <class State>
__device__ __forceinline__ void write_together(const State& mine, void* shared, State* to, std::int64_t count) {
  using Word = unsigned long long;
  static_assert(sizeof(State) % sizeof(Word) == 0);
  const int thread = static_cast<int>(threadIdx.x), threads = static_cast<int>(blockDim.x);
  __syncthreads();
  static_cast<State*>(shared)[thread] = mine;
  __syncthreads();
  const int words = static_cast<int>(smaller<std::int64_t>(count, threads) * (sizeof(State) / sizeof(Word)));
  for (int w = thread; w < words; w += threads)
    __stcs(reinterpret_cast<Word*>(to) + w, static_cast<const Word*>(shared)[w]);
}

/// A block of rows of as many neighbouring positions as the threads of a block. Rows are long, because memory likes
/// that; found by measurement.
template <class T>
struct ColumnPart {
  static constexpr int row_bytes = sizeof(T) == 1 ? 512 : 1024;
  static constexpr int threads = row_bytes / sizeof(T);
  static constexpr int blocks = 3;  ///< per multiprocessor, what its shared memory allows
  T element[column_elements][threads];
};

/// Where the positions of a block lie in a row: neighbours in one or two runs, or scattered.
template <class T>
class ColumnRuns {
 public:
  __device__ __forceinline__ ColumnRuns(const T* values, const ColumnShape& shape, std::int64_t position) {
    const std::int64_t count = smaller<std::int64_t>(ColumnPart<T>::threads, shape.positions - position);
    const std::int64_t first = smaller(count, shape.inner - position % shape.inner), second = count - first;
    stride_ = shape.row_stride;
    first_ = values + shape.first_of(position);
    second_ = second > 0 ? values + shape.first_of(position + first) : first_;
    first_count_ = static_cast<int>(first);
    second_count_ = static_cast<int>(second);
    const auto bytes = reinterpret_cast<std::uintptr_t>(first_) | reinterpret_cast<std::uintptr_t>(second_) |
                       (stride_ | first | second) * sizeof(T);
    neighbours_ = second <= shape.inner && bytes % 16 == 0;
  }

  __device__ __forceinline__ bool neighbours() const { return neighbours_; }

  /// Rows [row, row + count) by the hardware, neighbours only; to be called by one warp, waited for by all threads.
  __device__ __forceinline__ void fetch(const BulkFetch& fetch, ColumnPart<T>& part, std::int64_t row,
                                        int count) const {
    const int lane = static_cast<int>(threadIdx.x) % 32, size = static_cast<int>(sizeof(T));
    if (lane == 0) fetch.expect(count * (first_count_ + second_count_) * size);
    __syncwarp();
    for (int r = lane; r < count; r += 32) {
      fetch.copy(part.element[r], first_ + (row + r) * stride_, first_count_ * size);
      if (second_count_ > 0)
        fetch.copy(part.element[r] + first_count_, second_ + (row + r) * stride_, second_count_ * size);
    }
  }

 private:
  const T *first_, *second_;
  std::int64_t stride_;
  int first_count_, second_count_;
  bool neighbours_;
};

template <class F>
__global__ void __launch_bounds__(ColumnPart<typename F::Element>::threads, ColumnPart<typename F::Element>::blocks)
    fold_columns_kernel(Values values, ColumnShape shape, bool fresh, typename RunningOf<F>::type* running,
                        typename F::State* states) {
  using T = typename F::Element;
  using Column = typename RunningOf<F>::type;
  extern __shared__ __align__(16) unsigned char storage[];
  __shared__ unsigned long long barrier;
  auto& part = *reinterpret_cast<ColumnPart<T>*>(storage);
  const int thread = static_cast<int>(threadIdx.x);
  const std::int64_t block_position = static_cast<std::int64_t>(blockIdx.x) * ColumnPart<T>::threads;
  const std::int64_t position = block_position + thread;
  const ColumnRows rows(shape, blockIdx.y);
  const std::int64_t mine = rows.segment * shape.positions + position;
  const bool here = position < shape.positions;
  const T* const from = reinterpret_cast<const T*>(values.data);
  const T* const own = from + (here ? shape.first_of(position) : 0);
  const ColumnRuns<T> runs(from, shape, block_position);
  BulkFetch fetch(&barrier);
  if (thread == 0) fetch.begin();
  __syncthreads();

  Column column = fresh || !here ? Column::none() : running[mine];
  for (std::int64_t row = rows.first; row < rows.last; row += column_elements) {
    const int count = rows.block(row);
    if (runs.neighbours()) {
      if (thread < 32) runs.fetch(fetch, part, row, count);
      fetch.wait();
    } else if (here) {
#pragma unroll 16
      for (int r = 0; r < count; ++r) part.element[r][thread] = own[(row + r) * shape.row_stride];
    }
    if (here) {
      const auto element = [&part, thread](int i) { return part.element[i][thread]; };
      typename Column::Sweep sweep(element(0));
#pragma unroll 8
      for (int i = 0; i < count; ++i) sweep.add(element(i), values.mark);
      column.join_block(sweep, element, count, values.mark);
    }
    BulkFetch::done_reading();
    __syncthreads();
  }

  if (states != nullptr) {
    write_together(column.state(0), storage, states + rows.segment * shape.positions + block_position,
                   shape.positions - block_position);
  } else if (here) {
    running[mine] = column;
  }
}

/// Elements of a position that lie side by side: a warp has 32 positions, brings a part of each to shared memory, and
/// then each thread folds its own. Long parts, because memory likes them.
inline constexpr int row_warps = 2;
inline constexpr int row_blocks = 6;  ///< per multiprocessor, what its shared memory allows
inline constexpr int row_part_bytes = 512;
template <class T>
struct RowParts {
  static constexpr int together = 16 / sizeof(T);              ///< elements of a load
  static constexpr int elements = row_part_bytes / sizeof(T);  ///< of a part
  static_assert(elements % column_elements == 0);
  alignas(16) T element[32][elements + together];  ///< apart, so that banks differ

  /// Columns [first, first + count) of `positions` positions from `from` on, by one warp.
  __device__ __forceinline__ void load(BulkFetch& fetch, const T* from, std::int64_t stride, int positions, int count) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    if (count % together == 0 && stride % together == 0 && reinterpret_cast<std::uintptr_t>(from) % 16 == 0) {
      const int bytes = count * static_cast<int>(sizeof(T));
      if (lane == 0) fetch.expect(bytes * positions);
      __syncwarp();
      if (lane < positions) fetch.copy(element[lane], from + lane * stride, bytes);
      fetch.wait();
    } else {
      for (int p = 0; p < positions; ++p)
        for (int c = lane; c < count; c += 32) element[p][c] = from[p * stride + c];
      __syncwarp();
    }
  }
  /// To be called by all before the next is loaded.
  __device__ __forceinline__ static void done() {
    BulkFetch::done_reading();
    __syncwarp();
  }
};

template <class F>
__global__ void __launch_bounds__(32 * row_warps, row_blocks)
    fold_rows_kernel(Values values, ColumnShape shape, bool fresh, typename RunningOf<F>::type* running,
                     typename F::State* states) {
  using T = typename F::Element;
  using Column = typename RunningOf<F>::type;
  using Parts = RowParts<T>;
  extern __shared__ __align__(16) unsigned char storage[];
  __shared__ unsigned long long barriers[row_warps];
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  Parts& parts = reinterpret_cast<Parts*>(storage)[warp];
  BulkFetch fetch(&barriers[warp]);
  if (lane == 0) fetch.begin();
  __syncwarp();
  const std::int64_t block_position = static_cast<std::int64_t>(blockIdx.x) * 32 * row_warps;
  const std::int64_t position = block_position + warp * 32, p = position + lane;
  const int positions =
      static_cast<int>(larger<std::int64_t>(0, smaller<std::int64_t>(32, shape.positions - position)));
  const ColumnRows rows(shape, blockIdx.y);
  const std::int64_t mine = rows.segment * shape.positions + p;
  Column column = fresh || lane >= positions ? Column::none() : running[mine];
  const T* const from = reinterpret_cast<const T*>(values.data) + position * shape.outer_stride;
  for (std::int64_t first = rows.first; positions > 0 && first < rows.last; first += Parts::elements) {
    const int count = static_cast<int>(smaller<std::int64_t>(Parts::elements, rows.last - first));
    parts.load(fetch, from + first, shape.outer_stride, positions, count);
    for (int begin = 0; begin < count; begin += column_elements) {
      const T* const x = parts.element[lane] + begin;
      const int block = smaller(column_elements, count - begin);
      typename Column::Sweep sweep(x[0]);
#pragma unroll 4
      for (int i = 0; i + Parts::together <= block; i += Parts::together) {
        const auto some = *reinterpret_cast<const Neighbours<T, Parts::together>*>(x + i);
#pragma unroll
        for (int k = 0; k < Parts::together; ++k) sweep.add(some.v[k], values.mark);
      }
      for (int i = block / Parts::together * Parts::together; i < block; ++i) sweep.add(x[i], values.mark);
      column.join_block(
          sweep, [x](int i) { return x[i]; }, block, values.mark);
    }
    Parts::done();
  }
  if (states != nullptr) {
    write_together(column.state(0), storage, states + rows.segment * shape.positions + block_position,
                   shape.positions - block_position);
  } else if (lane < positions) {
    running[mine] = column;
  }
}

}  // namespace scatterfold::cuda

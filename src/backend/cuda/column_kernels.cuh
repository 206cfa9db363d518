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

/// Meets the other threads that fold: a block may have a warp that does not.
template <int threads>
__device__ __forceinline__ void meet() {
  asm volatile("barrier.sync 1, %0;" ::"n"(threads) : "memory");
}

/// Writes the states of the first `threads` threads of a block, which are neighbours in memory, in their order there,
/// by way of `shared`: each thread's own would be scattered, which costs several times as much.
template <int threads, class State>
__device__ __forceinline__ void write_together(const State& mine, void* shared, State* to, std::int64_t count) {
  using Word = unsigned long long;
  static_assert(sizeof(State) % sizeof(Word) == 0);
  const int thread = static_cast<int>(threadIdx.x);
  meet<threads>();
  static_cast<State*>(shared)[thread] = mine;
  meet<threads>();
  const int words = static_cast<int>(smaller<std::int64_t>(count, threads) * (sizeof(State) / sizeof(Word)));
  for (int w = thread; w < words; w += threads)
    __stcs(reinterpret_cast<Word*>(to) + w, static_cast<const Word*>(shared)[w]);
}

/// Rows of as many neighbouring positions as a block folds, in stages that one warp fills and the others empty, so that
/// rows are always under way. Rows are long, because memory likes that; sizes found by measurement.
template <class T>
struct ColumnRing {
  static constexpr int positions = sizeof(T) <= 2 ? 256 : 128;  ///< a thread folds each
  static constexpr int threads = positions + 32;                ///< with the warp that fetches
  static constexpr int stages = sizeof(T) == 1 ? 4 : 2, rows = 32;
  /// Per multiprocessor, what its registers and its shared memory allow.
  static constexpr int blocks = sizeof(T) <= 2 ? 2 : sizeof(T) == 4 ? 4 : 3;
  static_assert(column_elements % rows == 0);
  T element[stages][rows][positions];
  unsigned long long full[stages], empty[stages];

  __device__ __forceinline__ void begin() {
    for (int s = 0; s < stages; ++s) {
      SharedBarrier(&full[s]).begin(1);
      SharedBarrier(&empty[s]).begin(positions);
    }
  }
};

/// Goes round a ring: which stage is next, and in which round.
template <int stages>
struct RingPlace {
  int stage = 0;
  unsigned round = 0;
  __device__ __forceinline__ void advance() {
    if (++stage == stages) stage = 0, round ^= 1;
  }
};

/// Where the positions of a block lie in a row: neighbours in one or two runs, or scattered.
template <class T>
class ColumnRuns {
 public:
  __device__ __forceinline__ ColumnRuns(const T* values, const ColumnShape& shape, std::int64_t position) {
    const std::int64_t count = smaller<std::int64_t>(ColumnRing<T>::positions, shape.positions - position);
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

  /// Rows [row, row + count) by the hardware, neighbours only; to be called by one warp.
  __device__ __forceinline__ void fetch(const SharedBarrier& full, T (*to)[ColumnRing<T>::positions], std::int64_t row,
                                        int count) const {
    const int lane = static_cast<int>(threadIdx.x) % 32, size = static_cast<int>(sizeof(T));
    if (lane == 0) full.expect(count * (first_count_ + second_count_) * size);
    __syncwarp();
    for (int r = lane; r < count; r += 32) {
      full.copy(to[r], first_ + (row + r) * stride_, first_count_ * size);
      if (second_count_ > 0) full.copy(to[r] + first_count_, second_ + (row + r) * stride_, second_count_ * size);
    }
  }

 private:
  const T *first_, *second_;
  std::int64_t stride_;
  int first_count_, second_count_;
  bool neighbours_;
};

/// What a block folds in one go: the positions from `position` on, over one segment. Blocks stay and take one after the
/// other, so that the first rows of the next come while the states of the last are written.
template <class T>
struct ColumnItem {
  std::int64_t position;
  ColumnRows rows;

  __device__ __forceinline__ ColumnItem(const ColumnShape& shape, std::int64_t number)
      : position(number % across(shape) * ColumnRing<T>::positions), rows(shape, number / across(shape)) {}

  SCATTERFOLD_HD static std::int64_t across(const ColumnShape& shape) {
    return (shape.positions + ColumnRing<T>::positions - 1) / ColumnRing<T>::positions;
  }
  SCATTERFOLD_HD static std::int64_t count(const ColumnShape& shape) { return across(shape) * shape.segments(); }
};

/// Fills the ring for all items of this block, by one warp.
template <class T>
__device__ __forceinline__ void fetch_columns(const T* from, const ColumnShape& shape, ColumnRing<T>& ring) {
  using Ring = ColumnRing<T>;
  RingPlace<Ring::stages> at;
  const std::int64_t items = ColumnItem<T>::count(shape);
  for (std::int64_t i = blockIdx.x; i < items; i += gridDim.x) {
    const ColumnItem<T> item(shape, i);
    const ColumnRuns<T> runs(from, shape, item.position);
    if (!runs.neighbours()) continue;
    for (std::int64_t row = item.rows.first; row < item.rows.last; row += Ring::rows, at.advance()) {
      SharedBarrier(&ring.empty[at.stage]).wait(at.round ^ 1);
      runs.fetch(SharedBarrier(&ring.full[at.stage]), ring.element[at.stage], row,
                 static_cast<int>(smaller<std::int64_t>(Ring::rows, item.rows.last - row)));
    }
  }
}

template <class F>
__global__ void __launch_bounds__(ColumnRing<typename F::Element>::threads, ColumnRing<typename F::Element>::blocks)
    fold_columns_kernel(Values values, ColumnShape shape, bool fresh, typename RunningOf<F>::type* running,
                        typename F::State* states) {
  using T = typename F::Element;
  using Ring = ColumnRing<T>;
  using Column = typename RunningOf<F>::type;
  extern __shared__ __align__(16) unsigned char storage[];
  auto& ring = *reinterpret_cast<Ring*>(storage);
  const int thread = static_cast<int>(threadIdx.x);
  const T* const from = reinterpret_cast<const T*>(values.data);
  if (thread == 0) ring.begin();
  __syncthreads();
  if (thread >= Ring::positions) return fetch_columns(from, shape, ring);

  RingPlace<Ring::stages> at;
  const std::int64_t items = ColumnItem<T>::count(shape);
  for (std::int64_t i = blockIdx.x; i < items; i += gridDim.x) {
    const ColumnItem<T> item(shape, i);
    const ColumnRows& rows = item.rows;
    const std::int64_t position = item.position + thread, mine = rows.segment * shape.positions + position;
    const bool here = position < shape.positions;
    const bool fetched = ColumnRuns<T>(from, shape, item.position).neighbours();
    const T* const own = from + (here ? shape.first_of(position) : 0);
    Column column = fresh || !here ? Column::none() : running[mine];
    for (std::int64_t row = rows.first; row < rows.last; row += column_elements) {
      const int count = rows.block(row);
      const auto element = [=](int r) { return own[(row + r) * shape.row_stride]; };
      if (!fetched) {
        if (here) column.fold(element, count, values.mark);
        continue;
      }
      typename Column::Sweep sweep;
      for (int first = 0; first < count; first += Ring::rows, at.advance()) {
        SharedBarrier(&ring.full[at.stage]).wait(at.round);
        const auto& stage = ring.element[at.stage];
        if (first == 0) sweep = typename Column::Sweep(stage[0][thread]);
        if (count - first >= Ring::rows) {
#pragma unroll
          for (int r = 0; r < Ring::rows; ++r) sweep.add(stage[r][thread], values.mark);
        } else {
          for (int r = 0; r < count - first; ++r) sweep.add(stage[r][thread], values.mark);
        }
        SharedBarrier::done_reading();
        SharedBarrier(&ring.empty[at.stage]).arrive();
      }
      if (here) column.join_block(sweep, element, count, values.mark);
    }
    if (states != nullptr) {
      write_together<Ring::positions>(column.state(0), storage + sizeof(Ring), states + mine - thread,
                                      shape.positions - item.position);
    } else if (here) {
      running[mine] = column;
    }
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
    write_together<32 * row_warps>(column.state(0), storage, states + rows.segment * shape.positions + block_position,
                                   shape.positions - block_position);
  } else if (lane < positions) {
    running[mine] = column;
  }
}

}  // namespace scatterfold::cuda

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "backend/cuda/block.hpp"
#include "backend/cuda/halves.cuh"
#include "base/lanes.hpp"
#include "fold/geometry.hpp"

/// Folds that keep tables: every element adds one to a cell.
namespace scatterfold::cuda {

/// A fold that finds the cells of nearly all elements without branches, with a small table that wants to be near.
template <class F>
concept QuickFold = requires(const typename F::Params& p, typename F::Element x, const MissingMark& m) {
  F::quick_slot(p, F::table(p), x, m);
};

template <class F>
__host__ __device__ int table_size_of(const typename F::Params& params) {
  if constexpr (QuickFold<F>) return F::table_size(params);
  return 0;
}
template <class F>
__host__ __device__ auto table_of(const typename F::Params& params) {
  if constexpr (QuickFold<F>) {
    return F::table(params);
  } else {
    return static_cast<const char*>(nullptr);
  }
}
/// Where the counts begin that follow a copy of the table.
template <class F>
__host__ __device__ std::int64_t table_bytes_of(const typename F::Params& params) {
  return (static_cast<std::int64_t>(table_size_of<F>(params)) * sizeof(*table_of<F>(params)) + 15) / 16 * 16;
}

/// Tables of counts in shared memory. Neighbouring threads have copies of their own, side by side, so that they do not
/// wait for each other where many elements fall into one cell.
struct SharedTables {
  unsigned* counts;
  unsigned char* mine;
  int copies, cell_bytes;

  __device__ SharedTables(unsigned char* shared, int cells, int copies)
      : counts(reinterpret_cast<unsigned*>(shared)),
        mine(shared + (threadIdx.x & (copies - 1)) * sizeof(unsigned)),
        copies(copies),
        cell_bytes(copies * static_cast<int>(sizeof(unsigned))) {
    for (int i = threadIdx.x; i < cells * copies; i += blockDim.x) counts[i] = 0;
    __syncthreads();
  }
  __device__ __forceinline__ void add(int cell) const {
    atomicAdd(reinterpret_cast<unsigned*>(mine + cell * cell_bytes), 1u);
  }
  /// Adds what was counted, where `at` says for each cell.
  template <class At>
  __device__ void add_totals(int cells, const At& at) const {
    __syncthreads();
    for (int cell = threadIdx.x; cell < cells; cell += blockDim.x) {
      unsigned long long sum = 0;
      for (int c = 0; c < copies; ++c) sum += counts[cell * copies + c];
      if (sum != 0) atomicAdd(at(cell), sum);
    }
  }
};

inline constexpr int count_threads = 512;

/// Calls `count` with every element of this thread block's share; it returns a number. Where one of those of a thread's
/// step is `open` or more, `settle` is called with all of the step, once more: that is rare, and keeps the step short
/// and without branches.
template <class T, class Count, class Settle>
__device__ __forceinline__ void for_each_element(const Values& all, const Block* blocks, std::int64_t block_count,
                                                 int open, const Count& count, const Settle& settle) {
  constexpr int per_load = 16 / static_cast<int>(sizeof(T)), loads = sizeof(T) >= 4 ? 4 : static_cast<int>(sizeof(T));
  struct alignas(16) Load {
    T v[per_load];
  };
  for (std::int64_t b = blockIdx.x; b < block_count; b += gridDim.x) {
    const Block block = blocks[b];
    if constexpr (std::is_same_v<T, float>) {
      if (all.halves) {
        const auto* halves = reinterpret_cast<const Half*>(all.data) + block.first;
        for (int i = threadIdx.x; i < block.elements; i += count_threads) {
          const T x = value_of_half(halves[i]);
          if (count(x) >= open) settle(x);
        }
        continue;
      }
    }
    const auto* values = reinterpret_cast<const T*>(all.data) + block.first;
    const auto* wide = reinterpret_cast<const Load*>(values);
    auto count_step = [&](int first, auto steps) {
      constexpr int n = decltype(steps)::value;
      Load x[n];
#pragma unroll
      for (int k = 0; k < n; ++k) x[k] = wide[first + k * count_threads];
      int most = 0;
#pragma unroll
      for (int k = 0; k < n * per_load; ++k) most = larger(most, count(x[k / per_load].v[k % per_load]));
      if (most < open) return;
#pragma unroll 1
      for (int k = 0; k < n * per_load; ++k) {
        settle(values[(first + k / per_load * count_threads) * per_load + k % per_load]);
      }
    };
    const int whole = block.elements / per_load;
    int i = threadIdx.x;
    for (; i + (loads - 1) * count_threads < whole; i += loads * count_threads) {
      count_step(i, std::integral_constant<int, loads>{});
    }
    for (; i < whole; i += count_threads) count_step(i, std::integral_constant<int, 1>{});
    for (int j = whole * per_load + static_cast<int>(threadIdx.x); j < block.elements; j += count_threads) {
      if (count(values[j]) >= open) settle(values[j]);
    }
  }
}

/// Calls `use` with the cell of every element of this thread block's share, and once more, with the right one, where
/// that was the fold's cell for unsettled elements.
template <class F, class Table, class Use>
__device__ __forceinline__ void for_each_slot(const typename F::Params& params, const Table* table,
                                              const Values& values, const Block* blocks, std::int64_t block_count,
                                              const Use& use) {
  using T = typename F::Element;
  const auto slot = [&](T x) { return F::slot(params, x, values.mark); };
  if constexpr (QuickFold<F>) {
    const auto quick = [&](T x) { return F::quick_slot(params, table, x, values.mark); };
    const int open = F::unsettled_slot(params);
    const auto count = [&](T x) {
      const int cell = quick(x);
      use(cell);
      return cell;
    };
    for_each_element<T>(values, blocks, block_count, open, count, [&](T x) {
      if (quick(x) >= open) use(slot(x));
    });
  } else {
    const auto count = [&](T x) {
      use(slot(x));
      return 0;
    };
    for_each_element<T>(values, blocks, block_count, 1, count, [](T) {});
  }
}

/// Where the counting happens: in shared memory per cell, with the fold's table there as well or not; in shared memory
/// per value, for the 256 values of a byte; or, where no table fits there, in the device's memory.
enum class Counting { near_cells, cells, bytes, device };

/// Blocks per multiprocessor that the registers must allow.
template <class T>
inline constexpr int counting_blocks = sizeof(T) >= 4 ? 3 : 4;

template <class F>
__global__ void __launch_bounds__(count_threads, counting_blocks<typename F::Element>)
    count_kernel(typename F::Params params, Values values, Counting counting, int copies, const Block* blocks,
                 std::int64_t block_count, int slots, unsigned long long* cells) {
  using T = typename F::Element;
  extern __shared__ __align__(16) unsigned char dynamic[];
  const auto* table = table_of<F>(params);
  if constexpr (sizeof(T) == 1) {
    const SharedTables tables(dynamic, 256, copies);
    const auto add = [&](T x) {
      tables.add(static_cast<std::uint8_t>(x));
      return 0;
    };
    for_each_element<T>(values, blocks, block_count, 1, add, [](T) {});
    tables.add_totals(256, [&](int value) { return &cells[F::slot(params, static_cast<T>(value), values.mark)]; });
  } else if (counting == Counting::device) {
    for_each_slot<F>(params, table, values, blocks, block_count, [&](int slot) { atomicAdd(&cells[slot], 1ull); });
  } else {
    auto* near = reinterpret_cast<std::remove_const_t<std::remove_pointer_t<decltype(table)>>*>(dynamic);
    const bool is_near = counting == Counting::near_cells;
    const int entries = is_near ? table_size_of<F>(params) : 0;
    for (int i = threadIdx.x; i < entries; i += count_threads) near[i] = table[i];
    const SharedTables tables(dynamic + (is_near ? table_bytes_of<F>(params) : 0), slots, copies);
    const auto add = [&](int slot) { tables.add(slot); };
    if (is_near) {
      for_each_slot<F>(params, near, values, blocks, block_count, add);
    } else {
      for_each_slot<F>(params, table, values, blocks, block_count, add);
    }
    tables.add_totals(slots, [&](int slot) { return &cells[slot]; });
  }
}

}  // namespace scatterfold::cuda

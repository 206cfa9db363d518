// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_fp16.h>

#include <cstdint>

#include "backend/cuda/device_leaf.cuh"
#include "backend/cuda/kernel_table.hpp"
#include "fold/kernel_list.hpp"

/// The launch code, written once; included by generated sources, one per folder of src/folds.
namespace scatterfold::cuda {

/// Calls `use` with a typed pointer to the stored elements.
template <class V, class Use>
__device__ __forceinline__ void with_stored(const Decoding& d, const std::byte* data, const Use& use) {
  auto as = [&](auto* type) { use(reinterpret_cast<decltype(type)>(data)); };
  if constexpr (std::is_same_v<V, double>) {
    switch (d.stored) {
      case ElementType::int8: return as(static_cast<const std::int8_t*>(nullptr));
      case ElementType::uint8: return as(static_cast<const std::uint8_t*>(nullptr));
      case ElementType::int16: return as(static_cast<const std::int16_t*>(nullptr));
      case ElementType::uint16: return as(static_cast<const std::uint16_t*>(nullptr));
      case ElementType::int32: return as(static_cast<const std::int32_t*>(nullptr));
      case ElementType::uint32: return as(static_cast<const std::uint32_t*>(nullptr));
      case ElementType::int64: return as(static_cast<const std::int64_t*>(nullptr));
      case ElementType::uint64: return as(static_cast<const std::uint64_t*>(nullptr));
      case ElementType::float16: return as(static_cast<const Half*>(nullptr));
      case ElementType::float32: return as(static_cast<const float*>(nullptr));
      case ElementType::float64: return as(static_cast<const double*>(nullptr));
    }
  } else if constexpr (std::is_same_v<V, float>) {
    if (d.stored == ElementType::float16) return as(static_cast<const Half*>(nullptr));
    as(static_cast<const float*>(nullptr));
  } else {
    as(static_cast<const V*>(nullptr));
  }
}

/// Blocks per multiprocessor that the registers must allow: while one waits for memory the others compute.
template <class T>
inline constexpr int resident_blocks = sizeof(T) == 8                ? 4
                                       : std::is_floating_point_v<T> ? 5
                                                                     : 6;

/// How a leaf gets from device memory to registers.
enum class Staging {
  stored,   ///< as the values are: loaded as they are
  halves,   ///< float16, else as it is: converted while loading
  decoded,  ///< byte order, missing values, unpacking: decoded element by element into shared memory
};

template <class T, class S>
__device__ __forceinline__ T value_of(S stored) {
  if constexpr (std::is_same_v<S, Half>) {
    return __half2float(__ushort_as_half(stored.bits));
  } else {
    return stored;
  }
}

/// Folds leaves straight from device memory, where the stored elements are the values or their halves.
template <class F, class S>
__device__ __forceinline__ void fold_stored(const typename F::Params& params, const Decoding& decoding, const S* stored,
                                            int elements, typename F::State* leaf_states) {
  using T = typename F::Element;
  int turn = 0;
  for (int l = 0; l * leaf_elements < elements; ++l) {
    const int left = elements - l * leaf_elements;
    const S* values = stored + l * leaf_elements;
    DeviceLeaf<T> leaf(left < leaf_elements ? left : leaf_elements, turn);
    if (leaf.full()) {
      constexpr int together = DeviceLeaf<T>::together;
#pragma unroll
      for (int i = 0; i < thread_elements; i += together) {
        const auto some = *reinterpret_cast<const Neighbours<S, together>*>(values + DeviceLeaf<T>::place(i));
#pragma unroll
        for (int c = 0; c < together; ++c) leaf[i + c] = value_of<T>(some.v[c]);
      }
    } else {
#pragma unroll
      for (int i = 0; i < thread_elements; ++i) {
        leaf[i] = leaf.present(i) ? value_of<T>(values[DeviceLeaf<T>::place(i)]) : T{};
      }
    }
    const typename F::State state = fold_leaf<F>(params, leaf, decoding.mark);
    if (threadIdx.x == 0) leaf_states[l] = state;
  }
}

template <class F>
__device__ __forceinline__ void fold_decoded(const typename F::Params& params, const Decoding& decoding,
                                             const std::byte* stored, int elements, unsigned char* shared,
                                             typename F::State* leaf_states) {
  using T = typename F::Element;
  T* decoded = reinterpret_cast<T*>(shared);
  int turn = 0;
  for (int l = 0; l * leaf_elements < elements; ++l) {
    const int begin = l * leaf_elements, left = elements - begin, count = left < leaf_elements ? left : leaf_elements;
    __syncthreads();  // the last leaf has been read
    with_stored<T>(decoding, stored, [&](auto* from) {
      for (int i = threadIdx.x; i < count; i += block_threads) {
        decoded[i] = decode<std::remove_cvref_t<decltype(*from)>, T>(decoding, from[begin + i]);
      }
    });
    __syncthreads();
    DeviceLeaf<T> leaf(count, turn);
#pragma unroll
    for (int i = 0; i < thread_elements; ++i) {
      leaf[i] = leaf.present(i) ? decoded[DeviceLeaf<T>::place(i)] : T{};
    }
    const typename F::State state = fold_leaf<F>(params, leaf, decoding.mark);
    if (threadIdx.x == 0) leaf_states[l] = state;
  }
}

template <class F>
__global__ void __launch_bounds__(block_threads, resident_blocks<typename F::Element>)
    fold_blocks_kernel(typename F::Params params, Decoding decoding, Staging staging, const std::byte* data,
                       const Block* blocks, typename F::State* states) {
  using T = typename F::Element;
  extern __shared__ __align__(16) unsigned char dynamic[];
  __shared__ alignas(16) unsigned char leaf_storage[segment_leaves * sizeof(typename F::State)];
  auto* leaf_states = reinterpret_cast<typename F::State*>(leaf_storage);

  const Block block = blocks[blockIdx.x];
  const std::byte* stored = data + block.offset_bytes;
  if (staging == Staging::stored) {
    fold_stored<F>(params, decoding, reinterpret_cast<const T*>(stored), block.elements, leaf_states);
  } else if (staging == Staging::decoded) {
    fold_decoded<F>(params, decoding, stored, block.elements, dynamic, leaf_states);
  } else if constexpr (std::is_same_v<T, float>) {
    fold_stored<F>(params, decoding, reinterpret_cast<const Half*>(stored), block.elements, leaf_states);
  }
  __syncthreads();
  const int leaves = (block.elements + leaf_elements - 1) / leaf_elements;
  for (int step = 1; step < leaves; step *= 2) {
    const int left = static_cast<int>(threadIdx.x) * 2 * step;
    if (left + step < leaves) F::merge(params, leaf_states[left], leaf_states[left + step]);
    __syncthreads();
  }
  if (threadIdx.x == 0) states[blockIdx.x] = leaf_states[0];
}

template <class F>
__global__ void __launch_bounds__(block_threads)
    join_kernel(typename F::Params params, typename F::State* states, std::int64_t count, const std::int64_t* offsets,
                std::int64_t size, typename F::State* joined) {
  const std::int64_t group = blockIdx.x;
  const std::int64_t begin = offsets != nullptr ? offsets[group] : group * size;
  std::int64_t end = offsets != nullptr ? offsets[group + 1] : begin + size;
  if (end > count) end = count;
  for (std::int64_t step = 1; step < end - begin; step *= 2) {
    for (std::int64_t left = begin + static_cast<std::int64_t>(threadIdx.x) * 2 * step; left + step < end;
         left += block_threads * 2 * step) {
      F::merge(params, states[left], states[left + step]);
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) joined[group] = begin < end ? states[begin] : F::identity(params);
}

/// Tables of counts in shared memory. Neighbouring threads have copies of their own, side by side, so that they do not
/// wait for each other where many elements fall into one cell.
struct SharedTables {
  unsigned* counts;
  int copies, mine;

  __device__ SharedTables(unsigned char* shared, int cells, int copies)
      : counts(reinterpret_cast<unsigned*>(shared)),
        copies(copies),
        mine(static_cast<int>(threadIdx.x) & (copies - 1)) {
    for (int i = threadIdx.x; i < cells * copies; i += blockDim.x) counts[i] = 0;
    __syncthreads();
  }
  __device__ __forceinline__ void add(int cell) { atomicAdd(&counts[cell * copies + mine], 1u); }
  __device__ unsigned long long total(int cell) const {
    unsigned long long sum = 0;
    for (int c = 0; c < copies; ++c) sum += counts[cell * copies + c];
    return sum;
  }
};

/// Calls `add` with every element of this thread block's share.
template <class T, class Add>
__device__ __forceinline__ void for_each_element(const Decoding& decoding, const std::byte* data, const Block* blocks,
                                                 std::int64_t block_count, const Add& add) {
  const int stride = static_cast<int>(blockDim.x);
  constexpr int per_load = sizeof(T) < 4 ? 16 / static_cast<int>(sizeof(T)) : 4;
  struct alignas(16) Load {
    T v[per_load];
  };
  constexpr int loads = 16 / per_load;
  for (std::int64_t b = blockIdx.x; b < block_count; b += gridDim.x) {
    const Block block = blocks[b];
    const std::byte* stored = data + block.offset_bytes;
    if (decoding.needed) {
      with_stored<T>(decoding, stored, [&](auto* from) {
        for (int i = threadIdx.x; i < block.elements; i += stride) {
          add(decode<std::remove_cvref_t<decltype(*from)>, T>(decoding, from[i]));
        }
      });
      continue;
    }
    const auto* values = reinterpret_cast<const T*>(stored);
    const auto* wide = reinterpret_cast<const Load*>(stored);
    const int whole = block.elements / per_load;
    int i = threadIdx.x;
    for (; i + (loads - 1) * stride < whole; i += loads * stride) {
      Load x[loads];
#pragma unroll
      for (int k = 0; k < loads; ++k) x[k] = wide[i + k * stride];
#pragma unroll
      for (int k = 0; k < 16; ++k) add(x[k / per_load].v[k % per_load]);
    }
    for (; i < whole; i += stride) {
      const Load x = wide[i];
#pragma unroll
      for (int k = 0; k < per_load; ++k) add(x.v[k]);
    }
    for (int j = whole * per_load + static_cast<int>(threadIdx.x); j < block.elements; j += stride) add(values[j]);
  }
}

template <class F>
__device__ __forceinline__ int slot_of(const typename F::Params& params, typename F::Element x,
                                       const MissingMark& mark) {
  if constexpr (requires { F::sure_slot(params, x); }) {
    const bool marked = mark.given && bits_of(x) == static_cast<UnsignedOf<typename F::Element>>(mark.bits);
    if (const int sure = F::sure_slot(params, x); sure >= 0 && !marked) return sure;
    if (const int beside = F::edge_slot(params, x); beside >= 0 && !marked) return beside;
  }
  return F::slot(params, x, mark);
}

inline constexpr int count_threads = 512;

/// Where the counting happens: in shared memory per cell; per value, for the 256 values of a byte; or, where the table
/// does not fit there, in the device's memory.
enum class Counting { cells, bytes, device };

template <class F>
__global__ void __launch_bounds__(count_threads)
    count_kernel(typename F::Params params, Decoding decoding, Counting counting, int copies, const std::byte* data,
                 const Block* blocks, std::int64_t block_count, int slots, unsigned long long* cells) {
  using T = typename F::Element;
  extern __shared__ __align__(16) unsigned char dynamic[];
  if (counting == Counting::cells) {
    SharedTables tables(dynamic, slots, copies);
    for_each_element<T>(decoding, data, blocks, block_count,
                        [&](T x) { tables.add(slot_of<F>(params, x, decoding.mark)); });
    __syncthreads();
    for (int s = threadIdx.x; s < slots; s += blockDim.x) {
      if (const unsigned long long sum = tables.total(s); sum != 0) atomicAdd(&cells[s], sum);
    }
  } else if (counting == Counting::device) {
    for_each_element<T>(decoding, data, blocks, block_count,
                        [&](T x) { atomicAdd(&cells[slot_of<F>(params, x, decoding.mark)], 1ull); });
  } else if constexpr (sizeof(T) == 1) {
    SharedTables tables(dynamic, 256, copies);
    for_each_element<T>(decoding, data, blocks, block_count, [&](T x) { tables.add(static_cast<std::uint8_t>(x)); });
    __syncthreads();
    for (int value = threadIdx.x; value < 256; value += blockDim.x) {
      const unsigned long long sum = tables.total(value);
      if (sum != 0) atomicAdd(&cells[F::slot(params, static_cast<T>(value), decoding.mark)], sum);
    }
  }
}

template <class F>
struct Launch {
  static typename F::Params params_at(const void* params) { return *static_cast<const typename F::Params*>(params); }

  static cudaError_t fold_blocks(cudaStream_t stream, const void* params, const Decoding& decoding,
                                 const std::byte* data, const Block* blocks, std::int64_t count, void* states) {
    if (count == 0) return cudaSuccess;
    const bool halves = decoding.stored == ElementType::float16 && decoding.value == ElementType::float32 &&
                        !decoding.swapped && !decoding.mark.given;
    const Staging staging = !decoding.needed ? Staging::stored : halves ? Staging::halves : Staging::decoded;
    const std::size_t shared = staging == Staging::decoded ? leaf_elements * sizeof(typename F::Element) : 0;
    fold_blocks_kernel<F><<<static_cast<unsigned>(count), block_threads, shared, stream>>>(
        params_at(params), decoding, staging, data, blocks, static_cast<typename F::State*>(states));
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

  static cudaError_t count(cudaStream_t stream, const void* params, const Decoding& decoding, const std::byte* data,
                           const Block* blocks, std::int64_t count, std::int64_t slots, unsigned long long* cells) {
    if (count == 0) return cudaSuccess;
    int device = 0, processors = 0, shared_limit = 0;
    cudaGetDevice(&device);
    cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
    cudaDeviceGetAttribute(&shared_limit, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
    constexpr bool is_byte = sizeof(typename F::Element) == 1;
    const std::int64_t table_bytes = (is_byte ? 256 : slots) * static_cast<std::int64_t>(sizeof(unsigned));
    const Counting counting = is_byte                       ? Counting::bytes
                              : table_bytes <= shared_limit ? Counting::cells
                                                            : Counting::device;
    // Four blocks of 512 threads fill a multiprocessor; each may have a fourth of its shared memory.
    int copies = 1;
    while (copies < 32 && 2 * copies * table_bytes <= shared_limit / 4 - 1024) copies *= 2;
    const std::size_t shared = counting == Counting::device ? 0 : static_cast<std::size_t>(copies * table_bytes);
    if (const cudaError_t error = cudaFuncSetAttribute(count_kernel<F>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                                       static_cast<int>(shared));
        error != cudaSuccess) {
      return error;
    }
    const unsigned grid = static_cast<unsigned>(count < 4 * processors ? count : 4 * processors);
    count_kernel<F><<<grid, count_threads, shared, stream>>>(params_at(params), decoding, counting, copies, data,
                                                             blocks, count, static_cast<int>(slots), cells);
    return cudaGetLastError();
  }

  static cudaError_t probe() {
    cudaFuncAttributes attributes;
    if constexpr (TableFold<F>) {
      return cudaFuncGetAttributes(&attributes, count_kernel<F>);
    } else {
      return cudaFuncGetAttributes(&attributes, fold_blocks_kernel<F>);
    }
  }

  static Kernels kernels() {
    if constexpr (TableFold<F>) {
      return {nullptr, nullptr, count, probe};
    } else {
      return {fold_blocks, join, nullptr, probe};
    }
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

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

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

/// Blocks per multiprocessor that the registers must allow: enough loads in flight to hide memory.
template <class T>
inline constexpr int resident_blocks = sizeof(T) == 8 ? 4 : 6;

template <class F>
__global__ void __launch_bounds__(block_threads, resident_blocks<typename F::Element>)
    fold_blocks_kernel(typename F::Params params, Decoding decoding, const std::byte* data, const Block* blocks,
                       typename F::State* states) {
  using T = typename F::Element;
  extern __shared__ __align__(16) unsigned char dynamic[];  // decoded values, where decoding is needed
  __shared__ alignas(16) unsigned char leaf_storage[segment_leaves * sizeof(typename F::State)];
  auto* leaf_states = reinterpret_cast<typename F::State*>(leaf_storage);

  const Block block = blocks[blockIdx.x];
  const std::byte* stored = data + block.offset_bytes;
  const int leaves = (block.elements + leaf_elements - 1) / leaf_elements;
  for (int l = 0; l < leaves; ++l) {
    const int begin = l * leaf_elements;
    const int count = block.elements - begin < leaf_elements ? block.elements - begin : leaf_elements;
    const T* values = reinterpret_cast<const T*>(stored) + begin;
    if (decoding.needed) {
      T* decoded = reinterpret_cast<T*>(dynamic);
      __syncthreads();  // the last leaf has been read
      with_stored<T>(decoding, stored, [&](auto* from) {
        for (int i = threadIdx.x; i < count; i += block_threads) {
          decoded[i] = decode<std::remove_cvref_t<decltype(*from)>, T>(decoding, from[begin + i]);
        }
      });
      __syncthreads();
      values = decoded;
    }
    DeviceLeaf<T> leaf(values, count, l & 1);
    const typename F::State state = fold_leaf<F>(params, leaf, decoding.mark);
    if (threadIdx.x == 0) leaf_states[l] = state;
  }
  __syncthreads();
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

/// Counts into tables in shared memory, `copies` of them to spread neighbours that meet in one cell; or, where the
/// tables do not fit there (copies 0), straight into the device's.
template <class F>
__global__ void __launch_bounds__(512)
    count_kernel(typename F::Params params, Decoding decoding, const std::byte* data, const Block* blocks,
                 std::int64_t block_count, int slots, int copies, const double* constants, int constant_count,
                 unsigned long long* cells) {
  using T = typename F::Element;
  extern __shared__ __align__(16) unsigned char dynamic[];
  auto* edges = reinterpret_cast<double*>(dynamic);
  auto* tables = reinterpret_cast<unsigned*>(dynamic + (copies > 0 ? constant_count : 0) * sizeof(double));
  unsigned* mine = tables + (copies > 0 ? static_cast<int>(threadIdx.x) % copies : 0) * slots;
  if (copies > 0) {
    for (int i = threadIdx.x; i < constant_count; i += blockDim.x) edges[i] = constants[i];
    for (int i = threadIdx.x; i < copies * slots; i += blockDim.x) tables[i] = 0;
    params.edges = edges;
    __syncthreads();
  }
  auto add = [&](T x) {
    const int slot = F::slot(params, x, decoding.mark);
    if (copies > 0) {
      atomicAdd(&mine[slot], 1u);
    } else {
      atomicAdd(&cells[slot], 1ull);
    }
  };
  for (std::int64_t b = blockIdx.x; b < block_count; b += gridDim.x) {
    const Block block = blocks[b];
    const std::byte* stored = data + block.offset_bytes;
    if (decoding.needed) {
      with_stored<T>(decoding, stored, [&](auto* from) {
        for (int i = threadIdx.x; i < block.elements; i += blockDim.x) {
          add(decode<std::remove_cvref_t<decltype(*from)>, T>(decoding, from[i]));
        }
      });
      continue;
    }
    const auto* values = reinterpret_cast<const T*>(stored);
    const auto* fours = reinterpret_cast<const Four<T>*>(stored);
    const int whole = block.elements / 4, stride = static_cast<int>(blockDim.x);
    int i = threadIdx.x;
    for (; i + 3 * stride < whole; i += 4 * stride) {
      Four<T> x[4];
#pragma unroll
      for (int k = 0; k < 4; ++k) x[k] = fours[i + k * stride];
#pragma unroll
      for (int k = 0; k < 16; ++k) add(x[k / 4].v[k % 4]);
    }
    for (; i < whole; i += stride) {
      const Four<T> x = fours[i];
#pragma unroll
      for (int k = 0; k < 4; ++k) add(x.v[k]);
    }
    for (int j = whole * 4 + static_cast<int>(threadIdx.x); j < block.elements; j += stride) add(values[j]);
  }
  if (copies > 0) {
    __syncthreads();
    for (int s = threadIdx.x; s < slots; s += blockDim.x) {
      unsigned long long sum = 0;
      for (int c = 0; c < copies; ++c) sum += tables[c * slots + s];
      if (sum != 0) atomicAdd(&cells[s], sum);
    }
  }
}

template <class F>
struct Launch {
  static typename F::Params params_at(const void* params) { return *static_cast<const typename F::Params*>(params); }

  static cudaError_t fold_blocks(cudaStream_t stream, const void* params, const Decoding& decoding, const std::byte* data,
                                 const Block* blocks, std::int64_t count, void* states) {
    if (count == 0) return cudaSuccess;
    const std::size_t decoded = decoding.needed ? leaf_elements * sizeof(typename F::Element) : 0;
    fold_blocks_kernel<F><<<static_cast<unsigned>(count), block_threads, decoded, stream>>>(
        params_at(params), decoding, data, blocks, static_cast<typename F::State*>(states));
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
                           const Block* blocks, std::int64_t count, std::int64_t slots, const double* constants,
                           std::int64_t constant_count, unsigned long long* cells) {
    if (count == 0) return cudaSuccess;
    int device = 0, processors = 0, shared_limit = 0;
    cudaGetDevice(&device);
    cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
    cudaDeviceGetAttribute(&shared_limit, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
    const std::int64_t edge_bytes = constant_count * static_cast<std::int64_t>(sizeof(double));
    const std::int64_t table_bytes = slots * static_cast<std::int64_t>(sizeof(unsigned));
    // Four blocks of 512 threads fill a multiprocessor; each may have a fourth of its shared memory.
    const std::int64_t fair = shared_limit / 4 - 1024;
    int copies = 0;
    if (edge_bytes + table_bytes <= shared_limit) {
      copies = 1;
      while (copies < 8 && edge_bytes + 2 * copies * table_bytes <= fair) copies *= 2;
    }
    const std::size_t shared = copies > 0 ? static_cast<std::size_t>(edge_bytes + copies * table_bytes) : 0;
    if (const cudaError_t error = cudaFuncSetAttribute(
            count_kernel<F>, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared));
        error != cudaSuccess) {
      return error;
    }
    const unsigned grid = static_cast<unsigned>(count < 4 * processors ? count : 4 * processors);
    count_kernel<F><<<grid, 512, shared, stream>>>(params_at(params), decoding, data, blocks, count,
                                                   static_cast<int>(slots), copies, constants,
                                                   static_cast<int>(constant_count), cells);
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
      Launch<F<std::int8_t>>::kernels(),  Launch<F<std::uint8_t>>::kernels(),  Launch<F<std::int16_t>>::kernels(),
      Launch<F<std::uint16_t>>::kernels(), Launch<F<std::int32_t>>::kernels(), Launch<F<std::uint32_t>>::kernels(),
      Launch<F<std::int64_t>>::kernels(), Launch<F<std::uint64_t>>::kernels(), Kernels{} /* float16 is decoded */,
      Launch<F<float>>::kernels(),        Launch<F<double>>::kernels()};
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

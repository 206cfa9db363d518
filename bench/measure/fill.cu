// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "measure/fill.hpp"

#include <cuda_fp16.h>

namespace scatterfold::bench {
namespace {

__device__ std::uint64_t scramble(std::uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// In [0, 1), on the grid of 2^-32.
__device__ double fraction(Spread spread, std::int64_t index) {
  const std::uint64_t random = scramble(static_cast<std::uint64_t>(index));
  if (spread == Spread::uniform) return static_cast<double>(random >> 32) * 0x1p-32;
  if (spread == Spread::constant) return 0.5;
  // Four uniform numbers have a variance of 4/12: their sum about 2 is scaled to a deviation of 1/40.
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += static_cast<double>(random >> (16 * i) & 0xffffu) * 0x1p-16;
  return 0.5 + (sum - 2.0) * (0.025 / 0.57735);
}

template <class T>
__global__ void fill_kernel(Spread spread, Values values, std::int64_t first, std::int64_t count, T* data) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += stride) {
    const double x = values.low + fraction(spread, first + i) * (values.high - values.low);
    if constexpr (sizeof(T) >= 4) {
      data[i] = static_cast<T>(x);
    } else {
      data[i] = static_cast<T>(static_cast<int>(floor(x)));
    }
  }
}

__global__ void fill_half_kernel(Spread spread, Values values, std::int64_t first, std::int64_t count, __half* data) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += stride) {
    data[i] = __double2half(values.low + fraction(spread, first + i) * (values.high - values.low));
  }
}

constexpr unsigned fill_blocks = 2048, fill_threads = 256;

}  // namespace

Values values_of(ElementType type) {
  switch (type) {
    case ElementType::int8: return {-128, 128};
    case ElementType::uint8: return {0, 256};
    case ElementType::int16: return {-32768, 32768};
    case ElementType::uint16: return {0, 65536};
    case ElementType::int32: return {-0x1p29, 0x1p29};
    case ElementType::uint32: return {0, 0x1p30};
    case ElementType::int64: return {-0x1p40, 0x1p40};
    case ElementType::uint64: return {0, 0x1p40};
    default: return {250, 320};
  }
}

cudaError_t fill(cudaStream_t stream, ElementType type, Spread spread, std::int64_t first, std::int64_t count,
                 std::byte* data) {
  const Values values = values_of(type);
  auto as = [&](auto* typed) {
    fill_kernel<<<fill_blocks, fill_threads, 0, stream>>>(spread, values, first, count, typed);
  };
  switch (type) {
    case ElementType::int8: as(reinterpret_cast<std::int8_t*>(data)); break;
    case ElementType::uint8: as(reinterpret_cast<std::uint8_t*>(data)); break;
    case ElementType::int16: as(reinterpret_cast<std::int16_t*>(data)); break;
    case ElementType::uint16: as(reinterpret_cast<std::uint16_t*>(data)); break;
    case ElementType::int32: as(reinterpret_cast<std::int32_t*>(data)); break;
    case ElementType::uint32: as(reinterpret_cast<std::uint32_t*>(data)); break;
    case ElementType::int64: as(reinterpret_cast<std::int64_t*>(data)); break;
    case ElementType::uint64: as(reinterpret_cast<std::uint64_t*>(data)); break;
    case ElementType::float16:
      fill_half_kernel<<<fill_blocks, fill_threads, 0, stream>>>(spread, values, first, count,
                                                                 reinterpret_cast<__half*>(data));
      break;
    case ElementType::float32: as(reinterpret_cast<float*>(data)); break;
    case ElementType::float64: as(reinterpret_cast<double*>(data)); break;
  }
  return cudaGetLastError();
}

}  // namespace scatterfold::bench

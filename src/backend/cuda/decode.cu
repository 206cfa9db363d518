// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/decode.hpp"

#include <algorithm>

namespace scatterfold::cuda {
namespace {

constexpr int decode_threads = 256;
constexpr std::int64_t most_blocks = 4096;

template <class S, class V>
__global__ void __launch_bounds__(decode_threads)
    decode_kernel(Decoding decoding, const S* stored, std::int64_t count, V* values) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += stride) {
    values[i] = decode<S, V>(decoding, stored[i]);
  }
}

template <class S, class V>
cudaError_t launch(cudaStream_t stream, const Decoding& decoding, const std::byte* stored, std::int64_t count,
                   std::byte* values) {
  const auto blocks = static_cast<unsigned>(std::min(most_blocks, (count + decode_threads - 1) / decode_threads));
  decode_kernel<S, V><<<blocks, decode_threads, 0, stream>>>(decoding, reinterpret_cast<const S*>(stored), count,
                                                             reinterpret_cast<V*>(values));
  return cudaGetLastError();
}

/// Elements of type S become themselves, or float64 where they are packed or only that holds them.
template <class S>
cudaError_t decode_as(cudaStream_t stream, const Decoding& decoding, const std::byte* stored, std::int64_t count,
                      std::byte* values) {
  if (decoding.value == ElementType::float64) return launch<S, double>(stream, decoding, stored, count, values);
  if constexpr (std::is_same_v<S, Half>) {
    return launch<S, float>(stream, decoding, stored, count, values);
  } else {
    return launch<S, S>(stream, decoding, stored, count, values);
  }
}

}  // namespace

cudaError_t decode_values(cudaStream_t stream, const Decoding& decoding, const std::byte* stored, std::int64_t count,
                          std::byte* values) {
  if (count == 0) return cudaSuccess;
  auto as = [&]<class S>(S) { return decode_as<S>(stream, decoding, stored, count, values); };
  switch (decoding.stored) {
    case ElementType::int8: return as(std::int8_t{});
    case ElementType::uint8: return as(std::uint8_t{});
    case ElementType::int16: return as(std::int16_t{});
    case ElementType::uint16: return as(std::uint16_t{});
    case ElementType::int32: return as(std::int32_t{});
    case ElementType::uint32: return as(std::uint32_t{});
    case ElementType::int64: return as(std::int64_t{});
    case ElementType::uint64: return as(std::uint64_t{});
    case ElementType::float16: return as(Half{});
    case ElementType::float32: return as(float{});
    case ElementType::float64: return as(double{});
  }
  return cudaErrorInvalidValue;
}

}  // namespace scatterfold::cuda

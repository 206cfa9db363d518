// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "fold/decoding.hpp"
#include "fold/host_leaf.hpp"
#include "fold/kernels.hpp"

/// Decoding of runs of elements on a CPU, compiled once per instruction set.
namespace scatterfold::SCATTERFOLD_ISA {

template <class S, class V>
void decode_kernel(const Decoding& decoding, const void* stored, std::int64_t count, void* values) {
  const Decoding d = decoding;  // a copy, so that no store through `values` can change it
  const S* from = static_cast<const S*>(stored);
  V* to = static_cast<V*>(values);
  for (std::int64_t i = 0; i < count; ++i) to[i] = decode<S, V>(d, from[i]);
}

/// Unpacked values are float64, whatever the stored type.
template <class S, class V>
HostDecodeKernel decode_kernel_for(bool packed) {
  return packed ? decode_kernel<S, double> : decode_kernel<S, V>;
}

inline HostDecodeKernel find_decode_kernel(ElementType stored, bool packed) {
  switch (stored) {
    case ElementType::int8: return decode_kernel_for<std::int8_t, std::int8_t>(packed);
    case ElementType::uint8: return decode_kernel_for<std::uint8_t, std::uint8_t>(packed);
    case ElementType::int16: return decode_kernel_for<std::int16_t, std::int16_t>(packed);
    case ElementType::uint16: return decode_kernel_for<std::uint16_t, std::uint16_t>(packed);
    case ElementType::int32: return decode_kernel_for<std::int32_t, std::int32_t>(packed);
    case ElementType::uint32: return decode_kernel_for<std::uint32_t, std::uint32_t>(packed);
    case ElementType::int64: return decode_kernel_for<std::int64_t, std::int64_t>(packed);
    case ElementType::uint64: return decode_kernel_for<std::uint64_t, std::uint64_t>(packed);
    case ElementType::float16: return decode_kernel_for<Half, float>(packed);
    case ElementType::float32: return decode_kernel_for<float, float>(packed);
    case ElementType::float64: return decode_kernel_for<double, double>(packed);
  }
  return nullptr;
}

}  // namespace scatterfold::SCATTERFOLD_ISA

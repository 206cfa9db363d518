// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "fold/decoding.hpp"
#include "fold/host_leaf.hpp"
#include "fold/kernels.hpp"

#ifdef __F16C__
#include <immintrin.h>
#endif

/// Decoding of runs of elements on a CPU, compiled once per instruction set.
namespace scatterfold::SCATTERFOLD_ISA {

/// What `decode` does to each element, a step at a time over a block that stays in the first-level cache: each step is
/// a loop that becomes vector instructions, over numbers of one width.
template <class S, class V>
class BlockDecoder {
 public:
  static constexpr std::int64_t block = 512;

  explicit BlockDecoder(const Decoding& decoding) : d_(decoding) {}

  void operator()(const S* stored, std::int64_t count, V* values) {
    unstore(stored, count);
    for (std::int64_t i = 0; i < count; ++i) values[i] = static_cast<V>(x_[i]);
    if constexpr (std::is_same_v<V, double>) {
      if (d_.packed) {
        for (std::int64_t i = 0; i < count; ++i) values[i] = values[i] * d_.scale + d_.offset;
      }
    }
    if constexpr (std::is_floating_point_v<V>) {
      const V nan = from_bits<V>(sizeof(V) == 4 ? 0x7fc00000u : 0x7ff8000000000000u);
      for (std::int64_t i = 0; i < count; ++i) values[i] = values[i] == values[i] ? values[i] : nan;
    }
    for (int m = 0; m < d_.missing_count; ++m)
      mark(values, count, [missing = number_of(d_.missing[m])](X x) { return x == missing; });
    if (d_.has_valid_min) mark(values, count, [least = number_of(d_.valid_min)](X x) { return x < least; });
    if (d_.has_valid_max) mark(values, count, [most = number_of(d_.valid_max)](X x) { return x > most; });
  }

 private:
  using Bits = UnsignedOf<S>;
  using Number = std::conditional_t<std::is_same_v<S, Half>, float, S>;
  /// What is compared with missing values: as wide as V; float64 holds all narrower numbers exactly.
  using X = std::conditional_t<(sizeof(V) > sizeof(Number)), double, Number>;

  static Number number_from(Bits bits) {
    if constexpr (std::is_same_v<S, Half>) {
      return half_to_float(bits);
    } else {
      return __builtin_bit_cast(S, bits);
    }
  }
  static X number_of(std::uint64_t raw) { return static_cast<X>(number_from(static_cast<Bits>(raw))); }

  void unstore(const S* stored, std::int64_t count) {
    Bits bits[block];
    std::memcpy(bits, stored, static_cast<std::size_t>(count) * sizeof(S));
    if (d_.swapped) {
      for (std::int64_t i = 0; i < count; ++i) bits[i] = swap_bytes(bits[i]);
    }
    std::int64_t i = 0;
#ifdef __F16C__
    if constexpr (std::is_same_v<X, float> && std::is_same_v<S, Half>) {
      for (; i + 8 <= count; i += 8)  // the same numbers; NaN, quiet or not, becomes one NaN above
        _mm256_storeu_ps(x_ + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bits + i))));
    }
#endif
    for (; i < count; ++i) x_[i] = static_cast<X>(number_from(bits[i]));
  }

  template <class Missing>
  void mark(V* values, std::int64_t count, const Missing& missing) const {
    const V marked = from_bits<V>(d_.mark.bits);
    for (std::int64_t i = 0; i < count; ++i) values[i] = missing(x_[i]) ? marked : values[i];
  }

  const Decoding d_;  // a copy, so that no store through `values` can change it
  X x_[block];
};

template <class S, class V>
void decode_kernel(const Decoding& decoding, const void* stored, std::int64_t count, void* values) {
  BlockDecoder<S, V> decode(decoding);
  const S* from = static_cast<const S*>(stored);
  V* to = static_cast<V*>(values);
  for (std::int64_t at = 0; at < count; at += decode.block) {
    decode(from + at, count - at < decode.block ? count - at : decode.block, to + at);
  }
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

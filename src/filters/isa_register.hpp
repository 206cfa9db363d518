// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/host_device.hpp"

/// A register full of bytes, as wide as the instruction set has them; compiled once per instruction set. Vector
/// extensions of GCC and Clang, and nothing of the standard library that makes code: a copy of it for one instruction
/// set could be called by another.
namespace scatterfold::filters::SCATTERFOLD_ISA {

#if defined(__AVX512BW__)
inline constexpr int register_bytes = 64;
#elif defined(__AVX2__)
inline constexpr int register_bytes = 32;
#else
inline constexpr int register_bytes = 16;
#endif
inline constexpr int lane_bytes = 16;  ///< bytes do not cross from one lane of a register to another cheaply
inline constexpr int lanes = register_bytes / lane_bytes;

typedef std::uint8_t Bytes __attribute__((vector_size(register_bytes)));
typedef std::uint8_t Lane __attribute__((vector_size(lane_bytes)));
typedef std::uint32_t Words __attribute__((vector_size(register_bytes)));
typedef std::uint64_t Longs __attribute__((vector_size(register_bytes)));

template <class V>
SCATTERFOLD_HD V load(const std::byte* from) {
  V value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// Which byte of two registers side by side byte `i` of their interleaving is.
constexpr int interleaved(int i, bool high) {
  const int lane = i / lane_bytes, within = i % lane_bytes;
  return (within % 2) * register_bytes + lane * lane_bytes + within / 2 + (high ? lane_bytes / 2 : 0);
}

/// The bytes of `a` and `b` in turn: those of the lower or of the higher halves of their lanes.
template <bool high, int... i>
SCATTERFOLD_HD Bytes interleave(Bytes a, Bytes b, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(a, b, interleaved(i, high)...);
}

template <int lane, int... i>
SCATTERFOLD_HD Lane lane_of(Bytes value, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(value, value, (lane * lane_bytes + i)...);
}

/// Transposes: v[p] has byte p of register_bytes pieces; then each lane of v[j] has whole pieces one after the other:
/// lane m those from m * 16 + j * (16 / planes) on.
template <int planes>
SCATTERFOLD_HD void interleave_planes(Bytes (&v)[planes]) {
  constexpr auto all = std::make_integer_sequence<int, register_bytes>();
  for (int round = 1; round < planes; round *= 2) {
    Bytes w[planes];
    for (int i = 0; i < planes / 2; ++i) {
      w[2 * i] = interleave<false>(v[i], v[i + planes / 2], all);
      w[2 * i + 1] = interleave<true>(v[i], v[i + planes / 2], all);
    }
    for (int i = 0; i < planes; ++i) v[i] = w[i];
  }
}

/// Calls store(first piece, lane) for the lanes that interleave_planes() made.
template <int planes, class Store, int... lane>
SCATTERFOLD_HD void for_each_lane(const Bytes (&v)[planes], const Store& store, std::integer_sequence<int, lane...>) {
  constexpr auto bytes = std::make_integer_sequence<int, lane_bytes>();
  for (int j = 0; j < planes; ++j) {
    (store(lane * lane_bytes + j * (lane_bytes / planes), lane_of<lane>(v[j], bytes)), ...);
  }
}

}  // namespace scatterfold::filters::SCATTERFOLD_ISA

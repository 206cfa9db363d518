// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/sum_loop.hpp"

#include <cstring>

namespace scatterfold::bench {
namespace {

constexpr int accumulators = 8;  // additions under way at once: latency of an addition times additions per cycle
constexpr int register_bytes = 64;

template <class T>
double sum(const std::byte* data, std::int64_t bytes) {
  typedef T Register __attribute__((vector_size(register_bytes)));
  Register sums[accumulators] = {};
  for (std::int64_t at = 0; at < bytes; at += accumulators * register_bytes) {
#pragma GCC unroll 8
    for (int a = 0; a < accumulators; ++a) {
      Register x;
      std::memcpy(&x, data + at + a * register_bytes, sizeof x);
      sums[a] += x;
    }
  }
  double total = 0;
  for (const Register& of_one : sums) {
    for (std::size_t lane = 0; lane < register_bytes / sizeof(T); ++lane) total += static_cast<double>(of_one[lane]);
  }
  return total;
}

}  // namespace

double sum_loop(ElementType type, const std::byte* data, std::int64_t bytes) {
  if (type == ElementType::float32) return sum<float>(data, bytes);
  if (type == ElementType::float64) return sum<double>(data, bytes);
  switch (size_of(type)) {
    case 1: return sum<std::uint8_t>(data, bytes);
    case 2: return sum<std::uint16_t>(data, bytes);
    case 4: return sum<std::uint32_t>(data, bytes);
    default: return sum<std::uint64_t>(data, bytes);
  }
}

}  // namespace scatterfold::bench

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"

/// Random numbers that are a pure function of (seed, index, draw): every rank, thread and GPU computes the same bits.
/// Without branches, so loops over them become SIMD code.
namespace scatterfold::math {

/// 128 random bits of (seed, index, draw): Philox4x32-10.
/// Source: Salmon, Moraes, Dror and Shaw, SC 2011, doi:10.1145/2063384.2063405.
struct RandomBits {
  Bits first, second;
};

SCATTERFOLD_HD RandomBits random_bits(Bits seed, Bits index, Bits draw) {
  // Words of 32 bits, each in the low half of one of 64: that is how SIMD code multiplies them.
  constexpr Bits low = 0xffffffffu;
  Bits a = index & low, b = index >> 32, c = draw & low, d = draw >> 32;
  Bits first_key = seed & low, second_key = seed >> 32;
  for (int round = 0; round < 10; ++round) {
    const Bits from_a = 0xd2511f53u * a, from_c = 0xcd9e8d57u * c;
    a = (from_c >> 32) ^ b ^ first_key;
    b = from_c & low;
    c = (from_a >> 32) ^ d ^ second_key;
    d = from_a & low;
    first_key = (first_key + 0x9e3779b9u) & low;
    second_key = (second_key + 0xbb67ae85u) & low;
  }
  return {a | b << 32, c | d << 32};
}

/// In [0, 1) with 53 bits; never 1.0.
SCATTERFOLD_HD double uniform_at(Bits seed, Bits index, Bits draw) {
  return bits53_to_double(random_bits(seed, index, draw).first >> 11) * 0x1p-53;
}

/// The two factors of a normal value: sqrt(radius_square) * cosine. Apart, so that loops can take the roots by
/// themselves (compilers keep a branch beside each for errno).
struct NormalParts {
  double radius_square, cosine;
};

SCATTERFOLD_HD NormalParts normal_parts_at(Bits seed, Bits index, Bits draw) {
  const RandomBits bits = random_bits(seed, index, draw);
  const double radius = bits53_to_double((bits.first >> 11) + 1) * 0x1p-53;  // (0, 1]: the logarithm exists
  const double angle = bits53_to_double(bits.second >> 11) * 0x1p-52;        // [0, 2), in units of pi
  return {-2.0 * log_in_range(radius), sin_pi_in_range(angle, 1)};
}

/// Of mean 0 and standard deviation 1, at most 8.58 from 0: the cosine branch of Box and Muller (1958), one draw each.
SCATTERFOLD_HD double normal_at(Bits seed, Bits index, Bits draw) {
  const NormalParts parts = normal_parts_at(seed, index, draw);
  return sqrt_in_range(parts.radius_square) * parts.cosine;
}

}  // namespace scatterfold::math

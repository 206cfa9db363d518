// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "filters/byte_loop.hpp"

#include <algorithm>

namespace scatterfold::bench {

void unshuffle_by_byte(const std::byte* from, std::byte* to, std::int64_t elements, std::int64_t element_bytes) {
  for (std::int64_t b = 0; b < element_bytes; ++b) {
    std::byte* out = to + b;
    for (std::int64_t i = 0; i < elements; ++i, out += element_bytes) *out = *from++;
  }
}

void bit_unshuffle_by_bit(const std::byte* from, std::byte* to, std::int64_t elements, std::int64_t element_bytes) {
  for (std::int64_t b = 0; b < element_bytes; ++b) {
    for (std::int64_t i = 0; i < elements; ++i) {
      unsigned value = 0;
      for (unsigned k = 0; k < 8; ++k) {
        const auto row = std::to_integer<unsigned>(from[((8 * b + k) * elements + i) / 8]);
        value |= (row >> (i % 8) & 1) << k;
      }
      to[b * elements + i] = static_cast<std::byte>(value);
    }
  }
}

std::uint32_t fletcher32_by_word(const std::byte* data, std::int64_t bytes) {
  std::uint32_t plain = 0, of_sums = 0;
  const auto reduce = [&] {
    plain = (plain & 0xffff) + (plain >> 16);
    of_sums = (of_sums & 0xffff) + (of_sums >> 16);
  };
  for (std::int64_t words = bytes / 2; words > 0;) {
    const std::int64_t run = std::min<std::int64_t>(words, 360);
    words -= run;
    for (std::int64_t i = 0; i < run; ++i, data += 2) {
      plain += std::to_integer<std::uint32_t>(data[0]) << 8 | std::to_integer<std::uint32_t>(data[1]);
      of_sums += plain;
    }
    reduce();
  }
  if (bytes % 2 != 0) {
    plain += std::to_integer<std::uint32_t>(*data) << 8;
    of_sums += plain;
    reduce();
  }
  reduce();
  return of_sums << 16 | plain;
}

}  // namespace scatterfold::bench

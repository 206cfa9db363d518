// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "filters/isa_register.hpp"

/// HDF5's Fletcher checksum, compiled once per instruction set.
namespace scatterfold::filters::SCATTERFOLD_ISA {

/// The sum modulo 65535, from 1 to 65535; 0 stays 0.
SCATTERFOLD_HD std::uint64_t folded(std::uint64_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

/// Sums of little-endian words of 16 bits: of all, and of all such sums up to each word.
struct FletcherSums {
  std::uint64_t words = 0, sums = 0;

  SCATTERFOLD_HD void add(std::uint64_t word) {
    words += word;
    sums += words;
  }

  /// Adds `count` registers full, at most 255: more could overflow 32 bits.
  SCATTERFOLD_HD void add_registers(const std::byte* data, int count) {
    constexpr int numbers = register_bytes / 4;  // of two words each, an even and an odd one
    Words pairs{}, odds{}, sums_of_pairs{};
    for (int i = 0; i < count; ++i) {
      const Words x = load<Words>(data + i * register_bytes);
      const Words odd = x >> 16;
      pairs += (x & 0xffff) + odd;
      odds += odd;
      sums_of_pairs += pairs;
    }
    // A word is in the sums of itself and of all behind it: as often as its register is in sums_of_pairs, times the
    // words of a register, less those before it in the register.
    const std::uint64_t added = static_cast<std::uint64_t>(count) * numbers * 2;
    sums += added * words;
    for (int n = 0; n < numbers; ++n) {
      words += pairs[n];
      sums += std::uint64_t{sums_of_pairs[n]} * (2 * numbers) - std::uint64_t{pairs[n]} * (2 * n) - odds[n];
    }
    words = folded(words);
    sums = folded(sums);
  }
};

/// What ByteKernels::fletcher32 does. Swapping the bytes of a word multiplies it by 256 modulo 65535: so the sums are
/// made of words in this machine's order, and their own bytes swapped at the end.
inline std::uint32_t fletcher32(const std::byte* data, std::int64_t bytes) {
  FletcherSums sums;
  while (bytes >= register_bytes) {
    const std::int64_t all = bytes / register_bytes;
    const int count = all < 255 ? static_cast<int>(all) : 255;
    sums.add_registers(data, count);
    data += count * register_bytes;
    bytes -= count * register_bytes;
  }
  for (; bytes >= 2; data += 2, bytes -= 2) {
    std::uint16_t word;
    std::memcpy(&word, data, sizeof word);
    sums.add(word);
  }
  if (bytes == 1) sums.add(static_cast<std::uint64_t>(*data));  // the high half of a big-endian word
  const auto plain = static_cast<std::uint16_t>(folded(sums.words));
  const auto of_sums = static_cast<std::uint16_t>(folded(sums.sums));
  return static_cast<std::uint32_t>(__builtin_bswap16(of_sums)) << 16 | __builtin_bswap16(plain);
}

}  // namespace scatterfold::filters::SCATTERFOLD_ISA

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>

/// The peers: what a byte loop written as HDF5 writes its own does, built with the flags of the program.
namespace scatterfold::bench {

/// One byte plane after the other, each byte to its element.
void unshuffle_by_byte(const std::byte* from, std::byte* to, std::int64_t elements, std::int64_t element_bytes);

/// One bit after the other.
void bit_unshuffle_by_bit(const std::byte* from, std::byte* to, std::int64_t elements, std::int64_t element_bytes);

/// Two bytes after two, sums reduced every 360 words.
std::uint32_t fletcher32_by_word(const std::byte* data, std::int64_t bytes);

}  // namespace scatterfold::bench

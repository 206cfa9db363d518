// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace scatterfold {

/// The inner loops of shuffle, bitshuffle and fletcher32, compiled for one instruction set. They trust their arguments;
/// `from` and `to` do not overlap and need no alignment.
struct ByteKernels {
  std::string_view instruction_set;

  /// Byte b of element i, at from[b * elements + i], goes to to[i * element_bytes + b].
  void (*unshuffle)(const std::byte* from, std::byte* to, std::int64_t elements, std::int64_t element_bytes);

  /// Bit k of byte b of element i, which is bit i % 8 of from[((8 * b + k) * elements + i) / 8], goes to bit k of
  /// to[b * elements + i]: what unshuffle makes elements of. `elements` is a multiple of 8.
  void (*bit_unshuffle)(const std::byte* from, std::byte* to, std::int64_t elements, std::int64_t element_bytes);

  /// HDF5's variant of Fletcher's checksum: of big-endian words of 16 bits, an odd byte being the high half of a last
  /// one; sums modulo 65535 from zero, where 65535 stands for a sum that is not empty; the plain sum in the low half.
  std::uint32_t (*fletcher32)(const std::byte* data, std::int64_t bytes);
};

/// From the plainest to the best; what this build has, which the processor need not have (base/instruction_set.hpp).
std::span<const ByteKernels> all_byte_kernels();

/// The best that the processor has, or what SCATTERFOLD_ISA names.
const ByteKernels& byte_kernels();

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cstring>

#include "filters/byte_kernels.hpp"
#include "filters/chunk_filter.hpp"
#include "filters/decode_error.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t checksum_bytes = 4;

std::uint32_t little_endian_32(const std::byte* at) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | std::to_integer<std::uint32_t>(at[i]);
  return value;
}

/// Both halves with their bytes swapped.
std::uint32_t halves_swapped(std::uint32_t sum) { return (sum & 0x00ff00ffu) << 8 | (sum >> 8 & 0x00ff00ffu); }

/// Filter 3: a checksum of 4 bytes at the end. Files of HDF5 before 1.6.3 have it with the bytes of its halves in the
/// order of the writing machine; either order is good.
class Fletcher32 : public ChunkFilter {
 public:
  std::int64_t most_stored(std::int64_t bytes) const override { return bytes + std::int64_t{checksum_bytes}; }
  bool only_narrows() const override { return true; }

  std::span<const std::byte> undo(std::span<const std::byte> stored, std::span<std::byte>) override {
    if (stored.size() < checksum_bytes) {
      throw DecodeError(fmt::format("no room for a fletcher32 checksum in {} bytes", stored.size()));
    }
    const std::span<const std::byte> data = stored.first(stored.size() - checksum_bytes);
    const std::uint32_t sum = kernels_.fletcher32(data.data(), static_cast<std::int64_t>(data.size()));
    const std::uint32_t noted = little_endian_32(data.data() + data.size());
    if (noted != sum && noted != halves_swapped(sum)) {
      throw DecodeError(
          fmt::format("the fletcher32 checksum does not match: {:08x} in the file, {:08x} of the data", noted, sum));
    }
    return data;
  }

 private:
  const ByteKernels& kernels_ = byte_kernels();
};

}  // namespace

std::unique_ptr<ChunkFilter> make_fletcher32(const FilterStep&) { return std::make_unique<Fletcher32>(); }

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/superblock.hpp"

#include <unistd.h>

#include <array>
#include <cstring>
#include <limits>

namespace scatterfold {
namespace {

constexpr unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};

std::optional<std::int64_t> little_endian(const unsigned char* bytes, int size) {
  std::uint64_t value = 0;
  for (int i = 0; i < size; ++i) {
    if (i < 8) {
      value |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
    } else if (bytes[i] != 0) {
      return std::nullopt;
    }
  }
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::optional<std::int64_t> find_hdf5_signature(int descriptor, std::int64_t file_bytes) {
  for (std::int64_t at = 0; at <= file_bytes - 8; at = at == 0 ? 512 : at * 2) {
    unsigned char found[8];
    if (pread(descriptor, found, sizeof found, at) == 8 && std::memcmp(found, signature, 8) == 0) return at;
    if (at > file_bytes / 2) break;
  }
  return std::nullopt;
}

std::optional<Superblock> read_superblock(int descriptor, std::int64_t address) {
  std::array<unsigned char, 160> bytes{};
  const ssize_t size = pread(descriptor, bytes.data(), bytes.size(), address);
  if (size < 16) return std::nullopt;
  Superblock block;
  block.address = address;
  block.version = bytes[8];
  const bool old = block.version <= 1;
  if (block.version > 3) return std::nullopt;
  const int offset_bytes = bytes[old ? 13 : 9];
  if (offset_bytes != 2 && offset_bytes != 4 && offset_bytes != 8 && offset_bytes != 16) return std::nullopt;
  // Versions 0 and 1: base, free space, end of file. Versions 2 and 3: base, extension, end of file.
  const int addresses = block.version == 0 ? 24 : block.version == 1 ? 28 : 12;
  if (size < addresses + 3 * offset_bytes) return std::nullopt;
  const auto base = little_endian(bytes.data() + addresses, offset_bytes);
  const auto end = little_endian(bytes.data() + addresses + 2 * offset_bytes, offset_bytes);
  if (!base || !end) return std::nullopt;
  // The end is counted from the file's start with the user block the writer knew; one added or removed since shifts it.
  if (__builtin_add_overflow(*end, address - *base, &block.end_of_file)) return std::nullopt;
  if (block.version == 3) {
    block.marked_for_writing = (bytes[11] & 0x01) != 0;
    block.marked_for_swmr = (bytes[11] & 0x04) != 0;
  }
  return block;
}

}  // namespace scatterfold

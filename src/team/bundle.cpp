// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/bundle.hpp"

#include <cstdint>
#include <cstring>
#include <span>

#include "base/error.hpp"

namespace scatterfold {

std::vector<std::byte> bundle(const std::vector<std::vector<std::byte>>& parts) {
  std::vector<std::uint64_t> head = {parts.size()};
  for (const std::vector<std::byte>& part : parts) head.push_back(part.size());
  const auto raw = std::as_bytes(std::span(head));
  std::vector<std::byte> bytes(raw.begin(), raw.end());
  for (const std::vector<std::byte>& part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
  return bytes;
}

std::vector<std::vector<std::byte>> unbundle(const std::vector<std::byte>& bytes) {
  std::span<const std::byte> rest(bytes);
  const auto take = [&](std::uint64_t count) {
    if (count > rest.size()) throw Error(ExitCode::internal, "ranks exchanged bytes that are no bundle");
    const std::span<const std::byte> taken = rest.first(count);
    rest = rest.subspan(count);
    return taken;
  };
  const auto take_size = [&] {
    std::uint64_t size;
    std::memcpy(&size, take(sizeof size).data(), sizeof size);
    return size;
  };
  std::vector<std::uint64_t> sizes(take_size());
  for (std::uint64_t& size : sizes) size = take_size();
  std::vector<std::vector<std::byte>> parts;
  for (const std::uint64_t size : sizes) {
    const std::span<const std::byte> part = take(size);
    parts.emplace_back(part.begin(), part.end());
  }
  return parts;
}

}  // namespace scatterfold

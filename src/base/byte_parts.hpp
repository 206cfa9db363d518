// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

/// Values and parts one behind the other in bytes that travel between ranks of one program, without alignment.
namespace scatterfold {

template <class T>
void append_value(const T& value, std::vector<std::byte>& to) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto raw = std::as_bytes(std::span(&value, 1));
  to.insert(to.end(), raw.begin(), raw.end());
}

/// The value at the front of `rest`, which begins behind it then.
template <class T>
T take_value(std::span<const std::byte>& rest) {
  T value;
  std::memcpy(&value, rest.data(), sizeof value);
  rest = rest.subspan(sizeof value);
  return value;
}

/// The same of a part that stands behind its length, a uint64.
inline std::span<const std::byte> take_part(std::span<const std::byte>& rest) {
  const auto length = take_value<std::uint64_t>(rest);
  const std::span<const std::byte> part = rest.first(length);
  rest = rest.subspan(length);
  return part;
}

}  // namespace scatterfold

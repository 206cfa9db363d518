// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/byte_order.hpp"

#include <cstring>

#include "fold/decoding.hpp"

namespace scatterfold {
namespace {

template <class Bits>
void swap_each(void* data, std::int64_t count) {
  auto* at = static_cast<unsigned char*>(data);
  for (std::int64_t i = 0; i < count; ++i, at += sizeof(Bits)) {
    Bits bits;
    std::memcpy(&bits, at, sizeof bits);
    bits = swap_bytes(bits);
    std::memcpy(at, &bits, sizeof bits);
  }
}

}  // namespace

void swap_bytes(void* data, std::int64_t count, std::int64_t size) {
  if (size == 2) swap_each<std::uint16_t>(data, count);
  if (size == 4) swap_each<std::uint32_t>(data, count);
  if (size == 8) swap_each<std::uint64_t>(data, count);
}

}  // namespace scatterfold

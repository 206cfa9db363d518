// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/checksum.hpp"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace scatterfold {

struct Checksum::State {
  XXH3_state_t hash;
};

Checksum::Checksum() : state_(std::make_unique<State>()) { reset(); }
Checksum::~Checksum() = default;

void Checksum::reset() { XXH3_64bits_reset(&state_->hash); }
void Checksum::add(const void* bytes, std::size_t size) { XXH3_64bits_update(&state_->hash, bytes, size); }
std::uint64_t Checksum::value() const { return XXH3_64bits_digest(&state_->hash); }

std::string xxh3_128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace scatterfold

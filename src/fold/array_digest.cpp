// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/array_digest.hpp"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>

namespace scatterfold {
namespace {

constexpr std::uint64_t canonical_nan = 0x7ff8000000000000;
constexpr std::size_t words_at_once = std::size_t{1} << 13;

constexpr auto little_endian = [](std::uint64_t word) {
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
};

constexpr auto real_word = [](std::uint64_t word) {
  const double number = std::bit_cast<double>(word);
  return little_endian(number != number ? canonical_nan : word);
};

/// Words that follow one another to places that are `stride` apart.
template <class Change>
void interleave(const std::uint64_t* from, std::size_t count, std::size_t stride, std::uint64_t* to,
                const Change& change) {
  for (std::size_t i = 0; i < count; ++i) to[i * stride] = change(from[i]);
}

}  // namespace

struct ArrayDigest::Impl {
  struct Field {
    bool real;
    std::size_t width;  ///< 0: not in the digest
  };
  std::vector<Field> fields;
  std::size_t words = 0;  ///< of a position
  XXH3_state_t state;
};

ArrayDigest::ArrayDigest(const std::vector<ArrayField>& fields) : impl_(std::make_unique<Impl>()) {
  XXH3_128bits_reset(&impl_->state);
  for (const ArrayField& field : fields) {
    const auto width = static_cast<std::size_t>(field.wanted ? field.width() : 0);
    impl_->fields.push_back({field.kind == ArrayField::Kind::real, width});
    impl_->words += width;
    if (!field.wanted) continue;
    std::vector<std::uint64_t> edges;
    for (const double edge : field.edges) edges.push_back(little_endian(std::bit_cast<std::uint64_t>(edge)));
    XXH3_128bits_update(&impl_->state, edges.data(), edges.size() * sizeof(std::uint64_t));
  }
}
ArrayDigest::~ArrayDigest() = default;
ArrayDigest::ArrayDigest(ArrayDigest&&) noexcept = default;

void ArrayDigest::add(const std::vector<LargeArray<std::uint64_t>>& values, std::int64_t count) {
  const auto positions = static_cast<std::size_t>(count);
  const std::size_t stride = impl_->words,
                    at_once = std::max<std::size_t>(1, words_at_once / std::max<std::size_t>(1, stride));
  std::vector<std::uint64_t> words(at_once * stride);
  for (std::size_t first = 0; first < positions; first += at_once) {
    const std::size_t some = std::min(at_once, positions - first);
    std::size_t column = 0;
    for (std::size_t f = 0; f < values.size(); ++f) {
      const auto [real, width] = impl_->fields[f];
      const std::uint64_t* from = values[f].data() + first * width;
      std::uint64_t* to = words.data() + column;
      if (width == 1) {
        real ? interleave(from, some, stride, to, real_word) : interleave(from, some, stride, to, little_endian);
      } else {
        for (std::size_t i = 0; i < some; ++i, from += width, to += stride)
          real ? interleave(from, width, 1, to, real_word) : interleave(from, width, 1, to, little_endian);
      }
      column += width;
    }
    XXH3_128bits_update(&impl_->state, words.data(), some * stride * sizeof(std::uint64_t));
  }
}

std::string ArrayDigest::text() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&impl_->state);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace scatterfold

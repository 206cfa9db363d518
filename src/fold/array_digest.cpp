// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/array_digest.hpp"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>

namespace scatterfold {
namespace {

constexpr std::uint64_t canonical_nan = 0x7ff8000000000000;
constexpr std::size_t words_at_once = std::size_t{1} << 16;

}  // namespace

struct ArrayDigest::Impl {
  struct Field {
    bool real;
    std::size_t width;
  };
  std::vector<Field> fields;
  XXH3_state_t state;
  std::vector<unsigned char> bytes;

  void append(std::uint64_t word) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<unsigned char>(word >> (8 * i)));
    if (bytes.size() >= 8 * words_at_once) flush();
  }
  void flush() {
    XXH3_128bits_update(&state, bytes.data(), bytes.size());
    bytes.clear();
  }
};

ArrayDigest::ArrayDigest(const std::vector<ArrayField>& fields) : impl_(std::make_unique<Impl>()) {
  XXH3_128bits_reset(&impl_->state);
  for (const ArrayField& field : fields) {
    impl_->fields.push_back({field.kind == ArrayField::Kind::real, field.edges.empty() ? 1 : field.edges.size() - 1});
    for (const double edge : field.edges) impl_->append(std::bit_cast<std::uint64_t>(edge));
  }
}
ArrayDigest::~ArrayDigest() = default;
ArrayDigest::ArrayDigest(ArrayDigest&&) noexcept = default;

void ArrayDigest::add(const std::vector<std::vector<std::uint64_t>>& values, std::int64_t count) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    for (std::size_t f = 0; f < values.size(); ++f) {
      const auto [real, width] = impl_->fields[f];
      for (std::size_t w = i * width; w < (i + 1) * width; ++w) {
        const std::uint64_t word = values[f][w];
        const double number = std::bit_cast<double>(word);
        impl_->append(real && number != number ? canonical_nan : word);
      }
    }
  }
  impl_->flush();
}

std::string ArrayDigest::text() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&impl_->state);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace scatterfold

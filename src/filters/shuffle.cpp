// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cstring>

#include "filters/byte_kernels.hpp"
#include "filters/chunk_filter.hpp"
#include "filters/decode_error.hpp"

namespace scatterfold {
namespace {

/// Filter 2: the first bytes of all elements, then the second bytes and so on; bytes of no whole element stay at the
/// end.
class Shuffle : public ChunkFilter {
 public:
  explicit Shuffle(std::int64_t element_bytes) : element_bytes_(element_bytes) {}

  std::int64_t most_stored(std::int64_t bytes) const override { return bytes; }
  bool only_narrows() const override { return element_bytes_ == 1; }

  std::span<const std::byte> undo(std::span<const std::byte> stored, std::span<std::byte> out) override {
    if (only_narrows()) return stored;
    if (stored.size() > out.size()) throw_too_long("the shuffle filter", out.size());
    const auto elements = static_cast<std::int64_t>(stored.size()) / element_bytes_;
    const auto whole = static_cast<std::size_t>(elements * element_bytes_);
    kernels_.unshuffle(stored.data(), out.data(), elements, element_bytes_);
    if (whole < stored.size()) std::memcpy(out.data() + whole, stored.data() + whole, stored.size() - whole);
    return out.first(stored.size());
  }

 private:
  std::int64_t element_bytes_;
  const ByteKernels& kernels_ = byte_kernels();
};

}  // namespace

std::unique_ptr<ChunkFilter> make_shuffle(const FilterStep& step) {
  // The library takes no other number of parameters either.
  if (step.parameters.size() != 1 || step.parameters[0] == 0) return nullptr;
  return std::make_unique<Shuffle>(step.parameters[0]);
}

}  // namespace scatterfold

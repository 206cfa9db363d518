// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include "backend/cuda_devices.hpp"
#include "conformance.hpp"

/// Every fold x backend x type x awkward size against serial x solo, bit for bit. New folds come in by themselves.
namespace scatterfold::conformance {
namespace {

constexpr std::int64_t memory = std::int64_t{64} << 20;

class Conformance : public testing::TestWithParam<Case> {
 protected:
  /// Compares `other` with the serial backend on every fold and size, contiguous and in chunks.
  void compare(Backend& other, const std::vector<std::int64_t>& sizes,
               const std::vector<std::int64_t>& chunk = {1000, 3}) {
    const auto [type, data, swapped] = GetParam();
    const Decoding d = decoding(type, data, swapped);
    const auto serial = make_serial_backend(memory);
    for (const std::int64_t size : sizes) {
      const std::vector<std::byte> bytes = elements(type, data, size);
      const MemorySource whole = contiguous(bytes, d), parts = chunked(bytes, d, chunk);
      for (const NamedFold& named : all_folds(d.value)) {
        SCOPED_TRACE(named.name + ", " + std::to_string(size) + " elements");
        for (const Source* source : {static_cast<const Source*>(&whole), static_cast<const Source*>(&parts)}) {
          const std::string expected = digest(*serial, *source, *named.fold, 0);
          for (const int level : {0, 1, 3}) {
            ASSERT_EQ(digest(other, *source, *named.fold, level), expected)
                << "level " << level << (source == &whole ? "" : ", chunked");
          }
        }
      }
    }
  }
};

TEST_P(Conformance, serial_at_any_level) { compare(*make_serial_backend(memory), awkward_sizes); }

TEST_P(Conformance, three_threads) { compare(*make_threads_backend(3, memory), awkward_sizes); }

TEST_P(Conformance, little_memory) { compare(*make_threads_backend(2, 1), {70001, 5 * 65536 + 4097}); }

TEST_P(Conformance, little_memory_for_large_chunks) {
  compare(*make_threads_backend(2, 1), {5 * 65536 + 4097}, {40'000, 5});
}

TEST_P(Conformance, cuda) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  compare(*make_cuda_backend(0, 4, memory), awkward_sizes);
}

TEST_P(Conformance, cuda_with_small_pieces) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  compare(*make_cuda_backend(0, 1, 1), {70001, 5 * 65536 + 4097, 40 * 65536 + 1});
}

/// Chunks that are larger than a piece come to the GPU in stretches.
TEST_P(Conformance, cuda_with_large_chunks) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  compare(*make_cuda_backend(0, 3, 1), {40 * 65536 + 1}, {400'000, 5});
}

INSTANTIATE_TEST_SUITE_P(AllTypes, Conformance, testing::ValuesIn(all_cases()),
                         [](const auto& info) { return info.param.name(); });

}  // namespace
}  // namespace scatterfold::conformance

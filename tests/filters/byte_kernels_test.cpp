// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "filters/byte_kernels.hpp"

#include <gtest/gtest.h>

#include "base/instruction_set.hpp"
#include "filters/encode.hpp"
#include "filters/exact_copy.hpp"

namespace scatterfold {
namespace {

using encode::Buffer;

// Around the registers of every instruction set (16, 32, 64 bytes), their tails, and the 255 registers of a checksum's
// run.
const std::int64_t element_counts[] = {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 95, 127, 128, 129, 1000};

class ByteKernelsTest : public testing::TestWithParam<std::size_t> {
 protected:
  const ByteKernels& kernels() const { return all_byte_kernels()[GetParam()]; }
  void SetUp() override {
    if (!processor_has(kernels().instruction_set))
      GTEST_SKIP() << "this processor has no " << kernels().instruction_set;
  }
};

TEST_P(ByteKernelsTest, UnshufflesEveryElementSize) {
  for (std::int64_t size = 1; size <= 40; ++size) {
    for (const std::int64_t elements : element_counts) {
      const Buffer raw = encode::bytes_of(static_cast<std::size_t>(size * elements));
      ExactCopy from(encode::shuffle(raw, static_cast<std::size_t>(size))), to(raw.size());
      kernels().unshuffle(from.bytes().data(), to.bytes().data(), elements, size);
      ASSERT_TRUE(std::equal(raw.begin(), raw.end(), to.bytes().begin())) << elements << " elements of " << size;
    }
  }
}

TEST_P(ByteKernelsTest, UnshufflesBits) {
  for (std::int64_t size = 1; size <= 17; ++size) {
    for (const std::int64_t elements : {8, 16, 64, 120, 128, 136, 256, 512, 520, 1024, 2048}) {
      const Buffer raw = encode::bytes_of(static_cast<std::size_t>(size * elements));
      const Buffer planes = encode::shuffle(raw, static_cast<std::size_t>(size));
      ExactCopy from(encode::bit_shuffle(raw, static_cast<std::size_t>(size))), to(raw.size());
      kernels().bit_unshuffle(from.bytes().data(), to.bytes().data(), elements, size);
      ASSERT_TRUE(std::equal(planes.begin(), planes.end(), to.bytes().begin())) << elements << " elements of " << size;
    }
  }
}

TEST_P(ByteKernelsTest, SumsAsDefined) {
  for (std::size_t bytes = 0; bytes < 600; ++bytes) {
    const Buffer data = encode::bytes_of(bytes);
    ASSERT_EQ(kernels().fletcher32(ExactCopy(data).bytes().data(), static_cast<std::int64_t>(bytes)),
              encode::fletcher32_sum(data))
        << bytes << " bytes";
  }
  for (const std::size_t bytes : {255 * 16, 255 * 32 - 1, 255 * 64, 255 * 64 + 65, 1 << 20, (1 << 20) + 3}) {
    const Buffer data = encode::bytes_of(bytes);
    EXPECT_EQ(kernels().fletcher32(data.data(), static_cast<std::int64_t>(bytes)), encode::fletcher32_sum(data))
        << bytes;
  }
}

TEST_P(ByteKernelsTest, SumsOfExtremeBytesNeitherOverflowNorLoseThe65535) {
  for (const std::size_t bytes : {1, 2, 3, 4, 255 * 16, 255 * 32, 255 * 64, 1 << 20, (1 << 20) + 1}) {
    for (const auto byte : {std::byte{0}, std::byte{0xff}}) {
      const Buffer data(bytes, byte);
      EXPECT_EQ(kernels().fletcher32(data.data(), static_cast<std::int64_t>(bytes)), encode::fletcher32_sum(data))
          << bytes << " bytes of " << std::to_integer<int>(byte);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, ByteKernelsTest, testing::Range<std::size_t>(0, all_byte_kernels().size()),
                         [](const auto& info) { return std::string(all_byte_kernels()[info.param].instruction_set); });

TEST(ByteKernels, PlainestComesFirst) { EXPECT_EQ(all_byte_kernels().front().instruction_set, "portable"); }

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "backend/conformance.hpp"
#include "backend/cuda/device_fold.hpp"
#include "backend/cuda_devices.hpp"

/// Data that is on the GPU already is folded at the speed of its memory, where a load that is not waited for shows;
/// data that comes over PCIe arrives before the next leaf is asked for.
namespace scatterfold::conformance {
namespace {

constexpr std::int64_t count = std::int64_t{1} << 28;
constexpr int rounds = 64;
constexpr int whole = 12;  // 2^12 segments

class Resident : public testing::TestWithParam<ElementType> {};

TEST_P(Resident, every_round_gives_the_bits_of_the_cpu) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  const Decoding d = decoding(GetParam(), Data::plain);
  const std::vector<std::byte> bytes = elements(GetParam(), Data::plain, count);
  const MemorySource source = contiguous(bytes, d);
  const Share share = share_of(source.partition().segments(), whole, 0, 1);
  cuda::Piece piece;
  ASSERT_TRUE(
      cuda::PieceMaker(source.partition(), share, size_of(GetParam()), count * size_of(GetParam())).next(piece));
  ASSERT_EQ(piece.elements, count) << "all of it in one launch";
  cuda::PieceTables tables;
  tables.upload(nullptr, piece);
  const cuda::Buffer data(cuda::Buffer::Kind::device, bytes.size());
  cuda::check(cudaMemcpy(data.data(), bytes.data(), bytes.size(), cudaMemcpyHostToDevice), "copying data");

  for (const NamedFold& named : all_folds(GetParam())) {
    if (named.fold->slots() > 0) continue;
    SCOPED_TRACE(named.name);
    const cuda::DeviceFold fold(*named.fold);
    cuda::DeviceFold::Scratch scratch;
    std::vector<std::byte> state(static_cast<std::size_t>(named.fold->state_bytes()));
    std::set<std::string> digests;
    for (int round = 0; round < rounds; ++round) {
      const std::byte* folded = fold.enqueue(nullptr, piece, tables, {data.data(), false, d.mark}, scratch);
      cuda::check(cudaMemcpy(state.data(), folded, state.size(), cudaMemcpyDeviceToHost), "fetching a state");
      digests.insert(result_digest({named.fold->finish(state.data(), {})}));
    }
    EXPECT_EQ(digests.size(), 1u);
    EXPECT_EQ(*digests.begin(), digest(*make_threads_backend(8, std::int64_t{64} << 20), source, *named.fold, 0));
  }
}

INSTANTIATE_TEST_SUITE_P(Types, Resident,
                         testing::Values(ElementType::int8, ElementType::int16, ElementType::int32, ElementType::int64,
                                         ElementType::float32, ElementType::float64),
                         [](const auto& info) { return std::string(name_of(info.param)); });

}  // namespace
}  // namespace scatterfold::conformance

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/device_fold.hpp"

#include <algorithm>
#include <utility>

namespace scatterfold::cuda {
namespace {

/// A join with a block of threads per group pays off for groups of this many; longer runs go up in two steps.
constexpr std::int64_t join_group = 512;

}  // namespace

DeviceFold::DeviceFold(const Fold& fold, const Decoding& decoding)
    : fold_(&fold), kernels_(&kernels_of(fold.key())), decoding_(decoding), params_{} {
  const auto constants = fold.constants();
  constants_ = Buffer(Buffer::Kind::device, constants.size());
  if (!constants.empty()) {
    check(cudaMemcpy(constants_.data(), constants.data(), constants.size(), cudaMemcpyHostToDevice),
          "copying constants");
  }
  fold.place_params(params_, constants_.data());
  if (is_table()) {
    cells_ = Buffer(Buffer::Kind::device, static_cast<std::size_t>(fold.slots()) * sizeof(unsigned long long));
    check(cudaMemset(cells_.data(), 0, cells_.bytes()), "clearing a table");
  }
  // Neither call above need be over when it returns, and the streams that count do not wait for the default one.
  check(cudaStreamSynchronize(nullptr), "preparing a fold");
}

const std::byte* DeviceFold::enqueue(cudaStream_t stream, const Piece& piece, const std::byte* data,
                                     const Block* blocks, const std::int64_t* unit_blocks,
                                     const std::int64_t* segment_units, Scratch& scratch) const {
  auto count = static_cast<std::int64_t>(piece.blocks.size());
  if (is_table()) {
    check(kernels_->count(stream, params_, decoding_, data, blocks, count, fold_->slots(),
                          cells_.as<unsigned long long>()),
          "counting");
    return nullptr;
  }
  const auto units = static_cast<std::int64_t>(piece.unit_blocks.size()) - 1;
  const auto segments = static_cast<std::int64_t>(piece.segment_units.size()) - 1;
  const std::int64_t most = std::max({count, units, segments, std::int64_t{1}});
  const auto bytes = static_cast<std::size_t>(most * fold_->state_bytes());
  scratch.states.reserve(Buffer::Kind::device, bytes);
  scratch.joined.reserve(Buffer::Kind::device, bytes);
  std::byte* states = scratch.states.data();
  std::byte* joined = scratch.joined.data();
  check(kernels_->fold_blocks(stream, params_, decoding_, data, blocks, count, states), "folding");

  auto join = [&](const std::int64_t* offsets, std::int64_t size, std::int64_t groups) {
    check(kernels_->join(stream, params_, states, count, offsets, size, groups, joined), "joining states");
    std::swap(states, joined);
    count = groups;
  };
  if (units != count) join(unit_blocks, 0, units);
  if (segments != count) join(segment_units, 0, segments);
  while (count > 1) join(nullptr, join_group, (count + join_group - 1) / join_group);
  return states;
}

void DeviceFold::add_cells(std::vector<std::int64_t>& cells) const {
  std::vector<unsigned long long> counts(cells.size());
  check(cudaMemcpy(counts.data(), cells_.data(), cells_.bytes(), cudaMemcpyDeviceToHost), "fetching a table");
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i] += static_cast<std::int64_t>(counts[i]);
}

}  // namespace scatterfold::cuda

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/device_fold.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace scatterfold::cuda {
namespace {

/// A join with a block of threads per group pays off for groups of this many; longer runs go up in two steps.
constexpr std::int64_t join_group = 256;

/// Whether all groups but the last are of one size, a power of two, and the last is no larger.
bool is_even(const std::vector<std::int64_t>& offsets) {
  const auto groups = static_cast<std::int64_t>(offsets.size()) - 1;
  if (groups < 1 || offsets[1] == 0) return false;
  const std::int64_t size = offsets[1];
  for (std::int64_t g = 1; g < groups; ++g) {
    if (offsets[static_cast<std::size_t>(g)] != g * size) return false;
  }
  const std::int64_t last = offsets.back() - (groups - 1) * size;
  return std::has_single_bit(static_cast<std::uint64_t>(size)) && last > 0 && last <= size;
}

}  // namespace

DeviceFold::DeviceFold(const Fold& fold) : fold_(&fold), kernels_(&kernels_of(fold.key())), params_{} {
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

const std::byte* DeviceFold::enqueue(cudaStream_t stream, const Piece& piece, const PieceTables& tables,
                                     const Values& values, Scratch& scratch) const {
  auto count = static_cast<std::int64_t>(piece.blocks.size());
  if (is_table()) {
    check(kernels_->count(stream, params_, values, tables.blocks(), count, fold_->slots(),
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
  check(kernels_->fold_blocks(stream, params_, values, tables.blocks(), count, states), "folding");

  auto join = [&](const std::int64_t* offsets, std::int64_t size, std::int64_t groups) {
    check(kernels_->join(stream, params_, states, count, offsets, size, groups, joined), "joining states");
    std::swap(states, joined);
    count = groups;
  };
  // Equal powers of two are subtrees of one tree over all blocks, and need no steps of their own.
  if (!is_even(piece.unit_blocks) || !is_even(piece.segment_units)) {
    if (units != count) join(tables.unit_blocks(), 0, units);
    if (segments != count) join(tables.segment_units(), 0, segments);
  }
  while (count > 1) join(nullptr, join_group, (count + join_group - 1) / join_group);
  return states;
}

void DeviceFold::add_cells(std::vector<std::int64_t>& cells) const {
  std::vector<unsigned long long> counts(cells.size());
  check(cudaMemcpy(counts.data(), cells_.data(), cells_.bytes(), cudaMemcpyDeviceToHost), "fetching a table");
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i] += static_cast<std::int64_t>(counts[i]);
}

}  // namespace scatterfold::cuda

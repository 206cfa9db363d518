// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/device_map.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "user/user_code.hpp"
#include "user/value_marks.hpp"

namespace scatterfold::cuda {
namespace {

constexpr unsigned threads = 256;

// The kernel takes the blocks of a piece for its runs.
static_assert(sizeof(Block) == sizeof(user::DeviceRun) && offsetof(Block, first) == offsetof(user::DeviceRun, first) &&
              offsetof(Block, elements) == offsetof(user::DeviceRun, count));

}  // namespace

DeviceMap::DeviceMap(const DeviceMappedSource& source) : source_(&source) {
  cudaLibrary_t library = nullptr;
  check(cudaLibraryLoadData(&library, source.cubin().data(), nullptr, nullptr, 0, nullptr, nullptr, 0),
        "loading what users wrote");
  library_ = Handle<cudaLibrary_t, cudaLibraryUnload>(library);
  check(cudaLibraryGetKernel(&kernel_, library, user_map_name), "looking for what users wrote");
}

Values DeviceMap::enqueue(cudaStream_t stream, const Piece& piece, const PieceTables& tables, const std::byte* elements,
                          Scratch& scratch) const {
  const Decoding &from = source_->elements().decoding(), &to = source_->decoding();
  const auto count = static_cast<std::size_t>(piece.bytes / size_of(from.stored));
  scratch.values.reserve(Buffer::Kind::device, count * static_cast<std::size_t>(size_of(to.value)));
  scratch.refused.reserve(Buffer::Kind::device, sizeof(unsigned long long));
  scratch.refused_pinned.reserve(Buffer::Kind::pinned, sizeof(unsigned long long));
  check(cudaMemsetAsync(scratch.refused.data(), 0xff, sizeof(unsigned long long), stream), "clearing a number");

  if (!piece.blocks.empty()) {
    user::DeviceCall call = {};
    call.inputs[0] = elements;
    call.rules[0] = missing_rule(from);
    call.runs = reinterpret_cast<const user::DeviceRun*>(tables.blocks());
    call.missing = to.mark.bits;
    call.values = scratch.values.data();
    call.refused = scratch.refused.as<unsigned long long>();
    void* arguments[] = {&call};
    const dim3 grid(static_cast<unsigned>(piece.blocks.size()), block_leaves);
    check(cudaLaunchKernel(reinterpret_cast<const void*>(kernel_), grid, dim3(threads), arguments, 0, stream),
          "computing what users wrote");
  }
  check(cudaMemcpyAsync(scratch.refused_pinned.data(), scratch.refused.data(), sizeof(unsigned long long),
                        cudaMemcpyDeviceToHost, stream),
        "fetching a number");
  return {scratch.values.data(), false, to.mark};
}

void DeviceMap::check_values(const Piece& piece, const Scratch& scratch) const {
  const unsigned long long refused = *scratch.refused_pinned.as<unsigned long long>();
  if (refused == std::numeric_limits<unsigned long long>::max() || !source_->decoding().mark.given) return;
  const std::int64_t at = static_cast<std::int64_t>(refused) * size_of(source_->elements().decoding().stored);
  const auto past = std::ranges::upper_bound(piece.spans, at, {}, &Piece::Placed::offset_bytes);
  refuse_marked_value(source_->decoding().value, std::prev(past)->span.unit);
}

}  // namespace scatterfold::cuda

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "multi_gpu/resident_share.hpp"

#include <algorithm>

#include "fold/geometry.hpp"
#include "measure/fill.hpp"
#include "measure/rounds.hpp"
#include "measure/types.hpp"

namespace scatterfold::bench {
namespace {

constexpr std::int64_t run_bytes_wanted = std::int64_t{1} << 30;

}  // namespace

ResidentShare::ResidentShare(ElementType type, std::int64_t total_elements, int rank, int ranks)
    : type_(type), total_elements_(total_elements), streams_{cuda::make_stream(), cuda::make_stream()} {
  const Partition partition({total_elements}, {{0}, {total_elements}, {1}}, {});
  const std::int64_t element_bytes = size_of(type);
  share_ = share_of(partition.segments(), run_level(partition, element_bytes, run_bytes_wanted, ranks), rank, ranks);
  const std::int64_t run_elements = segment_elements << share_.level;
  const std::int64_t begin = share_.first_run * run_elements;
  const std::int64_t end = std::min(total_elements, share_.last_run * run_elements);
  const std::int64_t count = std::max<std::int64_t>(0, end - begin);
  data_ = cuda::Buffer(cuda::Buffer::Kind::device, static_cast<std::size_t>(count * element_bytes));
  if (count > 0)
    cuda::check(bench::fill(streams_[0].get(), type, Spread::uniform, begin, count, data_.data()), "filling");
  cuda::check(cudaStreamSynchronize(streams_[0].get()), "filling");
  if (count >= run_elements) full_.emplace(run_elements, element_bytes);
  if (count % run_elements != 0) last_.emplace(count % run_elements, element_bytes);
}

const ResidentPiece& ResidentShare::piece(std::int64_t run) const {
  return last_ && run == share_.last_run - 1 ? *last_ : *full_;
}

double ResidentShare::fold(const Fold& fold, Partial& partial) {
  const cuda::DeviceFold device_fold(fold);
  const auto state_bytes = static_cast<std::size_t>(fold.state_bytes());
  states_.reserve(cuda::Buffer::Kind::pinned, state_bytes * static_cast<std::size_t>(share_.runs()));
  const std::int64_t run_bytes = (segment_elements << share_.level) * size_of(type_);
  return seconds_of([&] {
    for (std::int64_t r = 0; r < share_.runs(); ++r) {
      cudaStream_t stream = streams_[r % 2].get();
      const cuda::Values values{data_.data() + r * run_bytes, type_ == ElementType::float16, {}};
      const std::byte* state = piece(share_.first_run + r).enqueue(stream, device_fold, values, scratch_[r % 2]);
      if (state == nullptr) continue;
      cuda::check(cudaMemcpyAsync(states_.data() + static_cast<std::size_t>(r) * state_bytes, state, state_bytes,
                                  cudaMemcpyDeviceToHost, stream),
                  "fetching a state");
    }
    for (const cuda::Stream& stream : streams_) cuda::check(cudaStreamSynchronize(stream.get()), "folding");
    if (device_fold.is_table()) {
      device_fold.add_cells(partial.cells);
      return;
    }
    for (std::int64_t r = 0; r < share_.runs(); ++r) {
      partial.forest.insert(share_.level, share_.run(share_.first_run + r).first,
                            states_.data() + static_cast<std::size_t>(r) * state_bytes);
    }
  });
}

}  // namespace scatterfold::bench

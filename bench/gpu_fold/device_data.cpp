// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "gpu_fold/device_data.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "backend/backend.hpp"
#include "fold/result.hpp"
#include "measure/resident.hpp"
#include "measure/types.hpp"
#include "source/memory_source.hpp"

namespace scatterfold::bench {
namespace {

constexpr std::int64_t checked_bytes = std::int64_t{64} << 20;
constexpr std::int64_t ragged_elements = 12345;  // so that the last leaf, block and group of states are cut short

}  // namespace

DeviceData::DeviceData(std::int64_t bytes)
    : data_(cuda::Buffer::Kind::device, static_cast<std::size_t>(bytes)), stream_(cuda::make_stream()) {}

void DeviceData::refill(ElementType type, Spread spread) {
  type_ = type;
  cuda::check(fill(stream(), type, spread, 0, count(), data_.data()), "filling");
  cuda::check(cudaStreamSynchronize(stream()), "filling");
}

Contender DeviceData::timed(const DeviceWork& work) const {
  auto events = std::make_shared<std::pair<cuda::Event, cuda::Event>>(cuda::make_event(true), cuda::make_event(true));
  return [work, events, stream = stream()] {
    cuda::check(cudaEventRecord(events->first.get(), stream), "timing");
    cuda::check(work(stream), "a benchmark");
    cuda::check(cudaEventRecord(events->second.get(), stream), "timing");
    cuda::check(cudaEventSynchronize(events->second.get()), "a benchmark");
    float milliseconds = 0;
    cuda::check(cudaEventElapsedTime(&milliseconds, events->first.get(), events->second.get()), "timing");
    return milliseconds * 1e-3;
  };
}

Contender DeviceData::timed_fold(const Fold& fold) const {
  struct Parts {
    cuda::DeviceFold fold;
    ResidentPiece piece;
    cuda::DeviceFold::Scratch scratch;
  };
  auto parts = std::make_shared<Parts>(Parts{cuda::DeviceFold(fold), ResidentPiece(count(), size_of(type_)), {}});
  return timed([parts, values = values()](cudaStream_t stream) {
    parts->piece.enqueue(stream, parts->fold, values, parts->scratch);
    return cudaSuccess;
  });
}

bool DeviceData::same_digest_as_host(const Fold& fold) const {
  const std::int64_t checked = std::min(count(), checked_bytes / size_of(type_));
  const std::int64_t ragged = checked > 2 * ragged_elements ? checked - ragged_elements : checked;
  return device_digest(fold, ragged) == host_digest(fold, ragged);
}

std::string DeviceData::device_digest(const Fold& fold, std::int64_t count) const {
  const cuda::DeviceFold device_fold(fold);
  const ResidentPiece piece(count, size_of(type_));
  cuda::DeviceFold::Scratch scratch;
  const std::byte* state = piece.enqueue(stream(), device_fold, values(), scratch);
  cuda::check(cudaStreamSynchronize(stream()), "folding");
  std::vector<std::byte> fetched(static_cast<std::size_t>(fold.state_bytes()));
  std::vector<std::int64_t> cells(static_cast<std::size_t>(fold.slots()), 0);
  if (state != nullptr) {
    cuda::check(cudaMemcpy(fetched.data(), state, fetched.size(), cudaMemcpyDeviceToHost), "fetching a state");
  } else {
    device_fold.add_cells(cells);
  }
  return result_digest({fold.finish(fetched.data(), cells)});
}

std::string DeviceData::host_digest(const Fold& fold, std::int64_t count) const {
  std::vector<std::byte> bytes(static_cast<std::size_t>(count * size_of(type_)));
  cuda::check(cudaMemcpy(bytes.data(), data(), bytes.size(), cudaMemcpyDeviceToHost), "fetching data");
  const MemorySource source(Partition({count}, {{0}, {count}, {1}}, {}), plain_decoding(type_), bytes.data());
  const Share share = share_of(source.partition().segments(), 2, 0, 1);
  std::vector<Partial> partials;
  partials.emplace_back(fold);
  FoldProgress progress;
  make_threads_backend(8, std::int64_t{64} << 20)->fold(source, {&fold}, share, partials, progress);
  std::vector<std::byte> state(static_cast<std::size_t>(fold.state_bytes()));
  if (!state.empty()) partials[0].forest.root(state.data());
  return result_digest({fold.finish(state.data(), partials[0].cells)});
}

}  // namespace scatterfold::bench

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/nccl.hpp"

#include <cuda_runtime.h>
#include <fmt/format.h>
#include <nccl.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds start_limit{120}, operation_limit{300};

void check(cudaError_t status, const char* doing) {
  if (status != cudaSuccess) {
    throw ResourceError(fmt::format("the GPU failed while {} (NCCL): {}", doing, cudaGetErrorString(status)));
  }
}

void check(ncclResult_t status, const char* doing) {
  if (status != ncclSuccess && status != ncclInProgress) {
    throw ResourceError(fmt::format("NCCL failed while {}: {}: try --combine mpi, or NCCL_DEBUG=INFO for its reasons",
                                    doing, ncclGetErrorString(status)));
  }
}

class NcclTeam : public GpuTeam {
 public:
  NcclTeam(int rank, int size, int device, const ncclUniqueId& id) : rank_(rank), size_(size) {
    check(cudaSetDevice(device), "choosing it");
    check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = 0;
    check(ncclCommInitRankConfig(&communicator_, size, id, rank, &config), "starting");
    wait_for_communicator("starting", start_limit);
  }

  ~NcclTeam() override {
    // Abort, not destroy: it never waits for a peer, and nothing is under way any more.
    if (communicator_ != nullptr) static_cast<void>(ncclCommAbort(communicator_));
    if (memory_ != nullptr) static_cast<void>(cudaFree(memory_));
    if (stream_ != nullptr) static_cast<void>(cudaStreamDestroy(stream_));
  }
  NcclTeam(const NcclTeam&) = delete;
  NcclTeam& operator=(const NcclTeam&) = delete;

  void reserve(std::int64_t table_bytes, std::int64_t state_bytes) override {
    const auto most = static_cast<std::size_t>(state_bytes), all = most * static_cast<std::size_t>(size_);
    if (padded_.size() < most) padded_.resize(most);
    if (gathered_.size() < all) gathered_.resize(all);
    reserve_device(std::max(static_cast<std::size_t>(table_bytes), most + all));
    check_stream();
  }

  void sum(std::span<std::int64_t> cells) override {
    reserve_device(cells.size_bytes());
    check(cudaMemcpyAsync(memory_, cells.data(), cells.size_bytes(), cudaMemcpyHostToDevice, stream_),
          "copying a table");
    check(ncclAllReduce(memory_, memory_, cells.size(), ncclInt64, ncclSum, communicator_, stream_), "adding tables");
    wait_for_communicator("adding tables", operation_limit);
    check(cudaMemcpyAsync(cells.data(), memory_, cells.size_bytes(), cudaMemcpyDeviceToHost, stream_),
          "copying a table");
    wait_for_stream("adding tables");
  }

  std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine,
                                             std::span<const std::int64_t> sizes) override {
    const std::int64_t largest = *std::max_element(sizes.begin(), sizes.end());
    reserve(0, largest);
    const auto most = static_cast<std::size_t>(largest);
    std::copy(mine.begin(), mine.end(), padded_.begin());
    if (most > 0) all_gather(padded_.data(), gathered_.data(), most, "gathering states");
    std::vector<std::vector<std::byte>> parts;
    for (int r = 0; r < size_; ++r) {
      const std::byte* part = gathered_.data() + static_cast<std::size_t>(r) * most;
      parts.emplace_back(part, part + sizes[static_cast<std::size_t>(r)]);
    }
    return parts;
  }

  void reserve_exchange(const std::vector<std::vector<std::byte>>& to,
                        std::span<const std::int64_t> arriving) override {
    std::size_t bytes = 0;
    arrived_.resize(to.size());
    for (std::size_t r = 0; r < to.size(); ++r) {
      if (static_cast<int>(r) == rank_) continue;
      arrived_[r].resize(static_cast<std::size_t>(arriving[r]));
      bytes += padded(to[r].size()) + padded(arrived_[r].size());
    }
    reserve_device(bytes);
    check_stream();
  }

  std::vector<std::vector<std::byte>> exchange(std::vector<std::vector<std::byte>> to) override {
    const char* const doing = "exchanging states";
    std::byte* place = memory_;
    const auto take = [&](std::size_t bytes) { return std::exchange(place, place + padded(bytes)); };
    std::vector<std::byte*> from_here, to_here;
    for (int r = 0; r < size_; ++r) {
      const bool own = r == rank_;
      from_here.push_back(own ? nullptr : take(to[r].size()));
      to_here.push_back(own ? nullptr : take(arrived_[r].size()));
      if (!own)
        check(cudaMemcpyAsync(from_here[r], to[r].data(), to[r].size(), cudaMemcpyHostToDevice, stream_), doing);
    }
    check(ncclGroupStart(), doing);
    for (int r = 0; r < size_; ++r) {
      if (r == rank_) continue;
      if (!to[r].empty()) check(ncclSend(from_here[r], to[r].size(), ncclUint8, r, communicator_, stream_), doing);
      if (!arrived_[r].empty())
        check(ncclRecv(to_here[r], arrived_[r].size(), ncclUint8, r, communicator_, stream_), doing);
    }
    check(ncclGroupEnd(), doing);
    wait_for_communicator(doing, operation_limit);
    for (int r = 0; r < size_; ++r) {
      if (r != rank_)
        check(cudaMemcpyAsync(arrived_[r].data(), to_here[r], arrived_[r].size(), cudaMemcpyDeviceToHost, stream_),
              doing);
    }
    wait_for_stream(doing);
    arrived_[rank_] = std::move(to[rank_]);
    return std::move(arrived_);
  }

 private:
  /// Parts of device memory begin where any type may.
  static std::size_t padded(std::size_t bytes) { return (bytes + 255) / 256 * 256; }

  void check_stream() {
    const cudaError_t before = cudaStreamQuery(stream_);  // tells of what went wrong earlier
    if (before != cudaErrorNotReady) check(before, "preparing");
  }

  void all_gather(const void* mine, void* all, std::size_t bytes, const char* doing) {
    const std::size_t all_bytes = bytes * static_cast<std::size_t>(size_);
    reserve_device(bytes + all_bytes);
    std::byte* gathered = memory_ + bytes;
    check(cudaMemcpyAsync(memory_, mine, bytes, cudaMemcpyHostToDevice, stream_), doing);
    check(ncclAllGather(memory_, gathered, bytes, ncclUint8, communicator_, stream_), doing);
    wait_for_communicator(doing, operation_limit);
    check(cudaMemcpyAsync(all, gathered, all_bytes, cudaMemcpyDeviceToHost, stream_), doing);
    wait_for_stream(doing);
  }

  void reserve_device(std::size_t bytes) {
    if (bytes <= bytes_) return;
    if (memory_ != nullptr) check(cudaFree(memory_), "freeing memory");
    memory_ = nullptr;
    check(cudaMalloc(&memory_, bytes), "allocating memory");
    bytes_ = bytes;
  }

  void wait_for_communicator(const char* doing, std::chrono::seconds limit) {
    const auto deadline = Clock::now() + limit;
    for (ncclResult_t state = ncclInProgress; state == ncclInProgress;) {
      check(ncclCommGetAsyncError(communicator_, &state), doing);
      check(state, doing);
      expire(deadline, doing);
    }
  }

  /// Never a bare cudaStreamSynchronize behind NCCL: a dead peer would make it wait for ever.
  void wait_for_stream(const char* doing) {
    const auto deadline = Clock::now() + operation_limit;
    for (cudaError_t status; (status = cudaStreamQuery(stream_)) != cudaSuccess;) {
      if (status != cudaErrorNotReady) check(status, doing);
      ncclResult_t state = ncclSuccess;
      check(ncclCommGetAsyncError(communicator_, &state), doing);
      check(state, doing);
      expire(deadline, doing);
    }
  }

  static void expire(Clock::time_point deadline, const char* doing) {
    if (Clock::now() > deadline) {
      throw PeerError(fmt::format("a peer stayed silent while {} (NCCL): see the other ranks' nodes", doing));
    }
    std::this_thread::yield();
  }

  int rank_, size_;
  ncclComm_t communicator_ = nullptr;
  cudaStream_t stream_ = nullptr;
  std::byte* memory_ = nullptr;
  std::size_t bytes_ = 0;
  std::vector<std::byte> padded_, gathered_;     ///< a rank's states, as long as those of the largest; those of all
  std::vector<std::vector<std::byte>> arrived_;  ///< room for what each rank sends
};

}  // namespace

std::string nccl_version() {
  int version = 0;
  if (ncclGetVersion(&version) != ncclSuccess) return {};
  return fmt::format("{}.{}.{}", version / 10000, version % 10000 / 100, version % 100);
}

std::unique_ptr<GpuTeam> make_gpu_team(Team& team, int device) {
  // Status and id travel together: ranks never wait for an id that rank 0 could not make.
  std::vector<std::byte> id_bytes;
  if (team.rank() == 0) {
    ncclUniqueId id;
    if (ncclGetUniqueId(&id) == ncclSuccess) {
      const auto* raw = reinterpret_cast<const std::byte*>(&id);
      id_bytes.assign(raw, raw + sizeof id);
    }
  }
  team.broadcast(id_bytes);
  std::unique_ptr<GpuTeam> gpus;
  team.phase("nccl", [&] {
    if (id_bytes.size() != sizeof(ncclUniqueId)) {
      throw ResourceError("NCCL could not make an id on rank 0: try --combine mpi, or NCCL_DEBUG=INFO for its reasons");
    }
    ncclUniqueId id;
    std::memcpy(&id, id_bytes.data(), sizeof id);
    gpus = std::make_unique<NcclTeam>(team.rank(), team.size(), device, id);
  });
  return gpus;
}

}  // namespace scatterfold

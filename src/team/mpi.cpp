// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <vector>

#include "base/affinity.hpp"
#include "base/error.hpp"
#include "team/error_line.hpp"
#include "team/host_name.hpp"
#include "team/mpi_header.hpp"
#include "team/phase_guard.hpp"
#include "team/team.hpp"
#include "team/terminate.hpp"

namespace scatterfold {
namespace {

// MPI counts in int. Pieces far below 2 GiB cost nothing and let the tests walk the loop over them.
constexpr std::size_t piece_bytes = std::size_t{16} << 20;
constexpr std::size_t piece_cells = std::size_t{1} << 20;
constexpr int gather_tag = 1, exchange_tag = 2;

/// The pieces of a range: calls `each(first, count)`.
template <typename Each>
void for_pieces(std::size_t total, std::size_t piece, const Each& each) {
  for (std::size_t first = 0; first < total; first += piece)
    each(first, static_cast<int>(std::min(piece, total - first)));
}

class MpiTeam final : public Team {
 public:
  MpiTeam(MPI_Comm local, int rank, int size) : local_(local), rank_(rank), size_(size) {
    MPI_Comm_rank(local_, &local_rank_);
    MPI_Comm_size(local_, &local_size_);
    find_core_share();
  }

  /// MPI_Finalize waits for all ranks, so only a rank that leaves with the others may call it. One that leaves alone
  /// ends without: the launcher sees that and ends the rest.
  ~MpiTeam() override {
    forget_team_at_terminate(this);
    const bool alone = std::uncaught_exceptions() > unwinding_ && !last_failure_was_agreed();
    if (broken_ || alone) return;
    MPI_Comm_free(&local_);
    MPI_Finalize();
  }

  int rank() const noexcept override { return rank_; }
  int size() const noexcept override { return size_; }
  const std::string& kind() const noexcept override { return kind_; }
  int local_rank() const noexcept override { return local_rank_; }
  int local_size() const noexcept override { return local_size_; }
  int core_share() const override { return core_share_; }

  std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine) override {
    enter("gather");
    const auto my_bytes = static_cast<std::int64_t>(mine.size());
    std::vector<std::int64_t> bytes(rank_ == 0 ? size_ : 0);
    check(MPI_Gather(&my_bytes, 1, MPI_INT64_T, bytes.data(), 1, MPI_INT64_T, 0, MPI_COMM_WORLD), "MPI_Gather");
    if (rank_ != 0) {
      for_pieces(mine.size(), piece_bytes, [&](std::size_t first, int count) {
        check(MPI_Send(mine.data() + first, count, MPI_BYTE, 0, gather_tag, MPI_COMM_WORLD), "MPI_Send");
      });
      return {};
    }
    std::vector<std::vector<std::byte>> all(size_);
    all[0].assign(mine.begin(), mine.end());
    std::vector<MPI_Request> requests;  // pieces of one rank arrive in the order they were sent
    for (int from = 1; from < size_; ++from) {
      all[from].resize(bytes[from]);
      for_pieces(all[from].size(), piece_bytes, [&](std::size_t first, int count) {
        check(MPI_Irecv(all[from].data() + first, count, MPI_BYTE, from, gather_tag, MPI_COMM_WORLD,
                        &requests.emplace_back()),
              "MPI_Irecv");
      });
    }
    wait_for(requests);
    return all;
  }

  std::vector<std::vector<std::byte>> exchange(std::vector<std::vector<std::byte>> to) override {
    enter("exchange");
    std::vector<std::int64_t> out(size_), in(size_);
    for (int r = 0; r < size_; ++r) out[r] = static_cast<std::int64_t>(to.at(r).size());
    check(MPI_Alltoall(out.data(), 1, MPI_INT64_T, in.data(), 1, MPI_INT64_T, MPI_COMM_WORLD), "MPI_Alltoall");
    std::vector<std::vector<std::byte>> all(size_);
    std::vector<MPI_Request> requests;
    for (int step = 1; step < size_; ++step) {  // not all ranks the same one at once
      const int from = (rank_ + size_ - step) % size_;
      all[from].resize(in[from]);
      for_pieces(all[from].size(), piece_bytes, [&](std::size_t first, int count) {
        check(MPI_Irecv(all[from].data() + first, count, MPI_BYTE, from, exchange_tag, MPI_COMM_WORLD,
                        &requests.emplace_back()),
              "MPI_Irecv");
      });
    }
    for (int step = 1; step < size_; ++step) {
      const int peer = (rank_ + step) % size_;
      for_pieces(to[peer].size(), piece_bytes, [&](std::size_t first, int count) {
        check(MPI_Isend(to[peer].data() + first, count, MPI_BYTE, peer, exchange_tag, MPI_COMM_WORLD,
                        &requests.emplace_back()),
              "MPI_Isend");
      });
    }
    all[rank_] = std::move(to[rank_]);
    wait_for(requests);
    return all;
  }

  void broadcast(std::vector<std::byte>& bytes) override {
    enter("broadcast");
    auto total = static_cast<std::int64_t>(bytes.size());
    check(MPI_Bcast(&total, 1, MPI_INT64_T, 0, MPI_COMM_WORLD), "MPI_Bcast");
    if (rank_ != 0) bytes.resize(total);
    for_pieces(bytes.size(), piece_bytes, [&](std::size_t first, int count) {
      check(MPI_Bcast(bytes.data() + first, count, MPI_BYTE, 0, MPI_COMM_WORLD), "MPI_Bcast");
    });
  }

  void sum(std::span<std::int64_t> cells) override {
    enter("sum");
    for_pieces(cells.size(), piece_cells, [&](std::size_t first, int count) {
      check(MPI_Allreduce(MPI_IN_PLACE, cells.data() + first, count, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD),
            "MPI_Allreduce");
    });
  }

  void barrier() override {
    enter("barrier");
    check(MPI_Barrier(MPI_COMM_WORLD), "MPI_Barrier");
  }

  [[noreturn]] void abort(int exit_code) noexcept override {
    MPI_Abort(MPI_COMM_WORLD, failing_exit_code(exit_code));
    _exit(failing_exit_code(exit_code));
  }

 private:
  /// Ranks may be bound to cores of their own, to a socket that some share, or not at all.
  void find_core_share() {
    const std::vector<int> mine = usable_core_numbers();
    int highest = mine.back();
    check(MPI_Allreduce(MPI_IN_PLACE, &highest, 1, MPI_INT, MPI_MAX, local_), "MPI_Allreduce");
    std::vector<int> users(static_cast<std::size_t>(highest) + 1, 0);
    for (const int core : mine) users[static_cast<std::size_t>(core)] = 1;
    check(MPI_Allreduce(MPI_IN_PLACE, users.data(), highest + 1, MPI_INT, MPI_SUM, local_), "MPI_Allreduce");
    core_share_ = scatterfold::core_share(mine, users);
  }

  void wait_for(std::vector<MPI_Request>& requests) {
    // MPI_Waitall counts in int too, and wants no more than a few thousand at once anyway.
    for_pieces(requests.size(), 4096, [&](std::size_t first, int count) {
      check(MPI_Waitall(count, requests.data() + first, MPI_STATUSES_IGNORE), "MPI_Waitall");
    });
  }

  void enter(const char* operation) const {
    refuse_inside_phase(operation);
    if (broken_) throw PeerError("the team is broken (" + host_name() + "): see the first message");
  }

  void check(int result, const char* call) {
    if (result == MPI_SUCCESS) return;
    broken_ = true;
    char text[MPI_MAX_ERROR_STRING] = {};
    int length = 0;
    MPI_Error_string(result, text, &length);
    throw PeerError("rank " + std::to_string(rank_) + " (" + host_name() + ") lost a peer in " + call + ": " + text);
  }

  const std::string kind_ = "mpi";
  const int unwinding_ = std::uncaught_exceptions();
  MPI_Comm local_;
  int rank_, size_;
  int local_rank_ = 0, local_size_ = 1, core_share_ = 1;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<Team> make_mpi_team(const Launch& launch) {
  int provided = MPI_THREAD_SINGLE;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
    throw ResourceError("MPI_Init failed (" + host_name() + "): check the launcher with scatterfold doctor");
  }
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (provided < MPI_THREAD_FUNNELED) {
    MPI_Finalize();
    throw ResourceError("this MPI allows no threads (" + host_name() + "): use one with MPI_THREAD_FUNNELED");
  }
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (launch.tasks > size) {
    MPI_Finalize();  // of a world that is smaller than the launch, and complete
    throw ResourceError(std::to_string(launch.tasks) + " tasks launched but MPI sees " + std::to_string(size) + " (" +
                        host_name() + "): use srun --mpi=pmix or mpirun");
  }
  MPI_Comm local = MPI_COMM_NULL;
  if (MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &local) != MPI_SUCCESS) {
    throw PeerError("rank " + std::to_string(rank) + " (" + host_name() + ") lost a peer in MPI_Comm_split_type");
  }
  return std::make_unique<MpiTeam>(local, rank, size);
}

}  // namespace scatterfold

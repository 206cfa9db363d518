// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "base/affinity.hpp"
#include "base/error.hpp"
#include "team/board.hpp"
#include "team/frame.hpp"
#include "team/team.hpp"

namespace scatterfold {

/// Rank 0's side of the forked team: it owns the sockets and the child processes. While rank 0 computes, a thread
/// watches the workers, so that the death of one ends the run within seconds and not at the next collective.
class ForkedRoot final : public Team {
 public:
  struct Worker {
    pid_t pid;
    int socket;
    std::optional<int> status;  ///< of waitpid, once it is reaped
  };

  explicit ForkedRoot(Board board) : board_(std::move(board)) {}
  /// Waits a few seconds for the workers to leave, then ends them. Also undoes a team that was never complete.
  ~ForkedRoot() override;

  void add_worker(pid_t pid, int socket) { workers_.push_back({pid, socket, std::nullopt}); }
  /// In a new worker: closes rank 0's ends of the sockets, which fork gave it, and forgets the other workers, so that
  /// this copy can be destroyed there. Gives the board, which the worker keeps.
  Board release_in_worker();
  /// Watches the workers and lets them go. Errors: std::system_error when no thread can be started.
  void start();

  int rank() const noexcept override { return 0; }
  int size() const noexcept override { return static_cast<int>(workers_.size()) + 1; }
  const std::string& kind() const noexcept override { return kind_; }
  int local_rank() const noexcept override { return 0; }
  int local_size() const noexcept override { return size(); }
  int core_share() const override { return std::max(1, usable_cores() / size()); }

  std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine) override;
  std::vector<std::vector<std::byte>> exchange(std::vector<std::vector<std::byte>> to) override;
  void broadcast(std::vector<std::byte>& bytes) override;
  void sum(std::span<std::int64_t> cells) override;
  void barrier() override;
  [[noreturn]] void abort(int exit_code) noexcept override;

 private:
  void enter(const char* operation) const;
  std::vector<IncomingFrame> receive_from_all(Operation operation);
  void send_to_all(Operation operation, std::span<const std::byte> payload);
  template <typename Frame>
  void move_all(std::vector<Frame>& frames, short readiness);
  void sum_piece(std::span<std::int64_t> cells);

  void watch();
  bool first_to_notice() { return !noticed_.exchange(true); }
  [[noreturn]] void lose(std::size_t index);
  bool reap(std::size_t index, double wait_seconds);
  void end_all_workers() noexcept;
  std::string loss_text(std::size_t index) const;
  ExitCode loss_code(std::size_t index) const;

  const std::string kind_ = "forked";
  Board board_;
  std::vector<Worker> workers_;       ///< of ranks 1, 2, ...
  std::optional<PeerError> lost_;     ///< why the team is broken
  std::atomic<bool> noticed_{false};  ///< that a worker is lost: whoever sets it ends the team, the other waits
  int stop_watch_ = -1;               ///< an eventfd
  std::thread watch_;
};

}  // namespace scatterfold

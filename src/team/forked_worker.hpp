// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>

#include "base/affinity.hpp"
#include "team/board.hpp"
#include "team/frame.hpp"
#include "team/team.hpp"

namespace scatterfold {

/// A worker's side of the forked team. When rank 0 is gone it leaves at once and silently: what there is to say is
/// rank 0's to say, and a worker owns nothing that is worth an orderly end.
class ForkedWorker final : public Team {
 public:
  /// Waits until rank 0 has all its workers.
  ForkedWorker(Board board, int socket, int rank, int size);
  ~ForkedWorker() override;

  int rank() const noexcept override { return rank_; }
  int size() const noexcept override { return size_; }
  const std::string& kind() const noexcept override { return kind_; }
  int local_rank() const noexcept override { return rank_; }
  int local_size() const noexcept override { return size_; }
  int core_share() const override { return std::max(1, usable_cores() / size_); }

  std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine) override;
  std::vector<std::vector<std::byte>> exchange(std::vector<std::vector<std::byte>> to) override;
  void broadcast(std::vector<std::byte>& bytes) override;
  void sum(std::span<std::int64_t> cells) override;
  void barrier() override;
  [[noreturn]] void abort(int exit_code) noexcept override;

 private:
  void send(Operation operation, std::span<const std::byte> payload);
  std::vector<std::byte> receive(Operation operation);
  void sum_piece(std::span<std::int64_t> cells);

  const std::string kind_ = "forked";
  Board board_;
  int socket_, rank_, size_;
};

}  // namespace scatterfold

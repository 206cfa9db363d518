// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/forked_worker.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "base/error.hpp"
#include "team/bundle.hpp"
#include "team/error_line.hpp"
#include "team/forked_sum.hpp"
#include "team/phase_guard.hpp"
#include "team/spin_time.hpp"
#include "team/terminate.hpp"

namespace scatterfold {
namespace {

[[noreturn]] void leave_without_rank_0() { _exit(static_cast<int>(ExitCode::peer)); }

}  // namespace

ForkedWorker::ForkedWorker(Board board, int socket, int rank, int size)
    : board_(std::move(board)), socket_(socket), rank_(rank), size_(size) {
  receive(Operation::start);
}

ForkedWorker::~ForkedWorker() {
  forget_team_at_terminate(this);
  board_[rank_].leaving = true;  // before the socket closes: that is what rank 0 sees
  close(socket_);
}

std::vector<std::vector<std::byte>> ForkedWorker::gather(std::span<const std::byte> mine) {
  refuse_inside_phase("gather");
  send(Operation::gather, mine);
  return {};
}

std::vector<std::vector<std::byte>> ForkedWorker::exchange(std::vector<std::vector<std::byte>> to) {
  refuse_inside_phase("exchange");
  send(Operation::exchange, bundle(to));
  return unbundle(receive(Operation::exchange));
}

void ForkedWorker::broadcast(std::vector<std::byte>& bytes) {
  refuse_inside_phase("broadcast");
  bytes = receive(Operation::broadcast);
}

void ForkedWorker::sum(std::span<std::int64_t> cells) {
  refuse_inside_phase("sum");
  for_sum_pieces(cells, [&](std::span<std::int64_t> piece) { sum_piece(piece); });
}

void ForkedWorker::barrier() {
  refuse_inside_phase("barrier");
  sum_piece({});
}

void ForkedWorker::abort(int exit_code) noexcept {
  const int code = failing_exit_code(exit_code);
  board_[rank_].abort_code = code;
  _exit(code);
}

void ForkedWorker::send(Operation operation, std::span<const std::byte> payload) {
  if (OutgoingFrame(operation, payload).advance(socket_, 0) != Progress::done) leave_without_rank_0();
}

std::vector<std::byte> ForkedWorker::receive(Operation operation) {
  IncomingFrame frame(operation);
  Progress progress = frame.advance(socket_, MSG_DONTWAIT);
  for (const SpinTime spin; progress == Progress::again && spin.lasts();) {
    progress = frame.advance(socket_, MSG_DONTWAIT);
  }
  if (progress == Progress::again) progress = frame.advance(socket_, 0);
  if (progress != Progress::done) leave_without_rank_0();
  return std::move(frame.payload());
}

void ForkedWorker::sum_piece(std::span<std::int64_t> cells) {
  send(Operation::sum, std::as_bytes(cells));
  const std::vector<std::byte> sums = receive(Operation::sum);
  if (sums.size() != cells.size_bytes()) refuse_sum_of_different_sizes();
  if (!sums.empty()) std::memcpy(cells.data(), sums.data(), sums.size());
}

}  // namespace scatterfold

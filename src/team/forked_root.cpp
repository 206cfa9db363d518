// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/forked_root.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <system_error>

#include "base/error.hpp"
#include "team/bundle.hpp"
#include "team/error_line.hpp"
#include "team/forked_sum.hpp"
#include "team/host_name.hpp"
#include "team/phase_guard.hpp"
#include "team/spin_time.hpp"
#include "team/terminate.hpp"

namespace scatterfold {
namespace {

constexpr double leave_seconds = 3.0;     // FAULTS allows 5 s from a failure to the end of the last process
constexpr double kill_seconds = 1.0;      // from SIGKILL to the end; longer only in a hung file system
constexpr int grace_milliseconds = 1500;  // for rank 0 to meet a loss in a collective, where it can leave in order

}  // namespace

Board ForkedRoot::release_in_worker() {
  for (const Worker& worker : workers_) close(worker.socket);
  workers_.clear();
  return std::move(board_);
}

void ForkedRoot::start() {
  if (workers_.empty()) return;
  stop_watch_ = eventfd(0, EFD_CLOEXEC);
  if (stop_watch_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  // Signals are for the thread that computes: this one starts with all of them blocked.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    watch_ = std::thread([this] { watch(); });
  } catch (...) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  send_to_all(Operation::start, {});
}

ForkedRoot::~ForkedRoot() {
  forget_team_at_terminate(this);
  if (watch_.joinable()) {
    [[maybe_unused]] const int stopped = eventfd_write(stop_watch_, 1);
    watch_.join();
  }
  if (stop_watch_ >= 0) close(stop_watch_);
  for (const Worker& worker : workers_) close(worker.socket);  // a worker that waits for rank 0 sees that and leaves
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(leave_seconds);
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    reap(i, std::chrono::duration<double>(deadline - std::chrono::steady_clock::now()).count());
  }
  end_all_workers();
  // A worker that aborts now must still end the run with its code, though rank 0 is nearly out of the door.
  if (const int code = board_.abort_code(); code != 0 && !lost_) _exit(code);
}

std::vector<std::vector<std::byte>> ForkedRoot::gather(std::span<const std::byte> mine) {
  enter("gather");
  std::vector<IncomingFrame> frames = receive_from_all(Operation::gather);
  std::vector<std::vector<std::byte>> all = {std::vector<std::byte>(mine.begin(), mine.end())};
  for (IncomingFrame& frame : frames) all.push_back(std::move(frame.payload()));
  return all;
}

std::vector<std::vector<std::byte>> ForkedRoot::exchange(std::vector<std::vector<std::byte>> to) {
  enter("exchange");
  const auto ranks = static_cast<std::size_t>(size());
  std::vector<std::vector<std::vector<std::byte>>> all(ranks,
                                                       std::vector<std::vector<std::byte>>(ranks));  // [to][from]
  for (std::size_t r = 0; r < ranks; ++r) all[r][0] = std::move(to.at(r));
  std::vector<IncomingFrame> arrived = receive_from_all(Operation::exchange);
  for (std::size_t from = 1; from < ranks; ++from) {
    std::vector<std::vector<std::byte>> parts = unbundle(arrived[from - 1].payload());
    arrived[from - 1].payload().clear();
    for (std::size_t r = 0; r < ranks; ++r) all[r][from] = std::move(parts.at(r));
  }
  std::vector<std::vector<std::byte>> bundles;
  std::vector<OutgoingFrame> frames;
  for (std::size_t r = 1; r < ranks; ++r) {
    bundles.push_back(bundle(all[r]));
    all[r].clear();
  }
  for (const std::vector<std::byte>& bytes : bundles) frames.emplace_back(Operation::exchange, bytes);
  move_all(frames, POLLOUT);
  return std::move(all[0]);
}

void ForkedRoot::broadcast(std::vector<std::byte>& bytes) {
  enter("broadcast");
  send_to_all(Operation::broadcast, bytes);
}

void ForkedRoot::sum(std::span<std::int64_t> cells) {
  enter("sum");
  for_sum_pieces(cells, [&](std::span<std::int64_t> piece) { sum_piece(piece); });
}

void ForkedRoot::barrier() {
  enter("barrier");
  sum_piece({});
}

void ForkedRoot::sum_piece(std::span<std::int64_t> cells) {
  for (IncomingFrame& frame : receive_from_all(Operation::sum)) {
    if (frame.payload().size() != cells.size_bytes()) refuse_sum_of_different_sizes();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      std::int64_t theirs;
      std::memcpy(&theirs, frame.payload().data() + i * sizeof(theirs), sizeof(theirs));
      // Wraps like MPI_SUM does, without undefined behaviour.
      cells[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(cells[i]) + static_cast<std::uint64_t>(theirs));
    }
  }
  send_to_all(Operation::sum, std::as_bytes(cells));
}

void ForkedRoot::abort(int exit_code) noexcept {
  // While the watch ends the team for a reason of its own, this one waits for it.
  if (!first_to_notice()) {
    while (!lost_) pause();
  }
  end_all_workers();
  _exit(failing_exit_code(exit_code));
}

void ForkedRoot::enter(const char* operation) const {
  refuse_inside_phase(operation);
  if (lost_) throw *lost_;
}

std::vector<IncomingFrame> ForkedRoot::receive_from_all(Operation operation) {
  std::vector<IncomingFrame> frames(workers_.size(), IncomingFrame(operation));
  move_all(frames, POLLIN);
  return frames;
}

void ForkedRoot::send_to_all(Operation operation, std::span<const std::byte> payload) {
  std::vector<OutgoingFrame> frames(workers_.size(), OutgoingFrame(operation, payload));
  move_all(frames, POLLOUT);
}

/// Moves one frame to or from every worker, all at the same time: none waits for another's turn, and the death of any
/// is seen whichever is slow.
template <typename Frame>
void ForkedRoot::move_all(std::vector<Frame>& frames, short readiness) {
  std::vector<pollfd> sockets;
  std::size_t open = frames.size();
  const auto advance = [&](std::size_t i) {
    const Progress progress = frames[i].advance(workers_[i].socket, MSG_DONTWAIT);
    if (progress == Progress::gone) lose(i);
    if (progress == Progress::done) --open;
    return progress == Progress::done;
  };
  for (std::size_t i = 0; i < frames.size(); ++i) {
    sockets.push_back({workers_[i].socket, readiness, 0});
    if (advance(i)) sockets[i].events = 0;  // from here on only a hang-up counts
  }
  const SpinTime spin;
  while (open > 0 && spin.lasts()) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (sockets[i].events != 0 && advance(i)) sockets[i].events = 0;
    }
  }
  while (open > 0) {
    if (poll(sockets.data(), sockets.size(), -1) < 0) continue;  // EINTR: signals are the driver's concern
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      if (sockets[i].revents == 0) continue;
      if (sockets[i].events != 0) {
        if (advance(i)) sockets[i].events = 0;
      } else if (board_[static_cast<int>(i) + 1].leaving) {
        sockets[i].fd = -1;  // this was its last message, and it went home
      } else {
        lose(i);
      }
    }
  }
}

/// Runs beside rank 0 until the team is destroyed.
void ForkedRoot::watch() {
  std::vector<pollfd> watched = {{stop_watch_, POLLIN, 0}};
  for (const Worker& worker : workers_) watched.push_back({worker.socket, 0, 0});  // hang-ups come unasked
  while (true) {
    if (poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[0].revents != 0) return;
    for (std::size_t i = 1; i < watched.size(); ++i) {
      if (watched[i].revents == 0) continue;
      watched[i].fd = -1;
      if (board_[static_cast<int>(i)].leaving) continue;
      if (board_.abort_code() == 0 && poll(watched.data(), 1, grace_milliseconds) != 0) return;
      if (!first_to_notice()) return;
      const int aborted = board_.abort_code();
      if (aborted == 0) {
        reap(i - 1, kill_seconds);
        write_last_error_line(loss_text(i - 1));
      }
      end_all_workers();
      _exit(aborted != 0 ? aborted : static_cast<int>(loss_code(i - 1)));
    }
  }
}

/// In a collective: ends the team because of this worker.
void ForkedRoot::lose(std::size_t index) {
  if (!first_to_notice()) {
    while (true) pause();  // the watch is ending this process
  }
  reap(index, kill_seconds);
  const int aborted = board_.abort_code();
  end_all_workers();
  if (aborted != 0) _exit(aborted);
  lost_.emplace(loss_text(index), loss_code(index));
  throw *lost_;
}

/// Waits for the end of a worker. False when it lives on.
bool ForkedRoot::reap(std::size_t index, double wait_seconds) {
  Worker& worker = workers_[index];
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(wait_seconds);
  for (auto pause = std::chrono::microseconds(50); !worker.status;
       pause = std::min(2 * pause, decltype(pause)(10000))) {
    int status = 0;
    const pid_t ended = waitpid(worker.pid, &status, WNOHANG);
    if (ended == worker.pid) worker.status = status;
    if (ended < 0 && errno == ECHILD) worker.status = 0;  // somebody ignores SIGCHLD: gone, nobody knows how
    if (worker.status) break;
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

void ForkedRoot::end_all_workers() noexcept {
  for (const Worker& worker : workers_) {
    if (!worker.status) kill(worker.pid, SIGKILL);  // not reaped, so the number is still its own
  }
  for (std::size_t i = 0; i < workers_.size(); ++i) reap(i, kill_seconds);
}

std::string ForkedRoot::loss_text(std::size_t index) const {
  const Worker& worker = workers_[index];
  const std::string who =
      "worker " + std::to_string(index + 1) + " (pid " + std::to_string(worker.pid) + ", " + host_name() + ") ";
  if (!worker.status) return who + "stopped answering: run again";
  const int status = *worker.status;
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const std::string text = who + "ended by signal " + std::to_string(number) + " (" + strsignal(number) + "): ";
    if (number == SIGKILL) return text + "if nobody sent it, memory ran out, so use fewer --processes";
    return text + "run again, and report it if it persists";
  }
  return who + "left early with exit code " + std::to_string(WEXITSTATUS(status)) +
         ": run again, and report it if it persists";
}

ExitCode ForkedRoot::loss_code(std::size_t index) const {
  const int status = workers_[index].status.value_or(0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) == 0) return ExitCode::peer;
  return static_cast<ExitCode>(failing_exit_code(WEXITSTATUS(status)));
}

}  // namespace scatterfold

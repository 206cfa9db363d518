// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/unfinished_files.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>

#include "base/error.hpp"

namespace scatterfold {
namespace {

// What a handler may look at: lock-free atomics, nothing that is allocated or freed meanwhile.
using Paths = std::array<std::atomic<const char*>, 16>;
Paths unfinished{};
enum class State { running, waiting, ending };
std::atomic<State> state{State::running};
std::atomic<int> arrived{0};
static_assert(std::atomic<const char*>::is_always_lock_free && std::atomic<State>::is_always_lock_free);

}  // namespace

UnfinishedFile::UnfinishedFile(const std::string& path) : path_(std::make_unique<std::string>(path)) {
  for (auto& place : unfinished) {
    const char* nothing = nullptr;
    if (place.compare_exchange_strong(nothing, path_->c_str())) return;
  }
  throw Error(ExitCode::internal, "too many outputs at a time (" + path + "): please report it");
}

UnfinishedFile::~UnfinishedFile() {
  for (auto& place : unfinished) {
    const char* mine = path_->c_str();
    if (place.compare_exchange_strong(mine, nullptr)) break;
  }
}

SignalsWait::SignalsWait() noexcept {
  State running = State::running;
  if (!state.compare_exchange_strong(running, State::waiting) && running == State::ending) {
    while (true) pause();  // a handler on another thread is ending the process
  }
}

SignalsWait::~SignalsWait() {
  if (for_ever_) return;
  state = State::running;
  if (const int signal = arrived.exchange(0); signal != 0) std::raise(signal);
}

bool may_end_now(int signal) noexcept {
  arrived = signal;
  State running = State::running;
  return state.compare_exchange_strong(running, State::ending);
}

void remove_unfinished_files() noexcept {
  for (const auto& place : unfinished) {
    if (const char* path = place; path != nullptr) unlink(path);
  }
}

}  // namespace scatterfold

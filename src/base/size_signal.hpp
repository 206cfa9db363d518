// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <csignal>
#include <ctime>

namespace scatterfold {

/// Past a file-size limit the kernel kills with SIGXFSZ; blocked on this thread, the call fails with EFBIG instead.
class BlockedSizeSignal {
 public:
  BlockedSizeSignal() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~BlockedSizeSignal() {
    const timespec now{0, 0};
    if (sigismember(&before_, SIGXFSZ) == 0) {
      while (sigtimedwait(&set_, nullptr, &now) > 0) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  BlockedSizeSignal(const BlockedSizeSignal&) = delete;
  BlockedSizeSignal& operator=(const BlockedSizeSignal&) = delete;

 private:
  sigset_t set_, before_;
};

}  // namespace scatterfold

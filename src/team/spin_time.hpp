// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <sched.h>

#include <chrono>

namespace scatterfold {

/// The first moments of a wait, in which asking again is cheaper than sleeping and being woken. Between questions the
/// core is offered to others: with more processes than cores the peer may need this very one.
class SpinTime {
 public:
  bool lasts() const {
    sched_yield();
    return std::chrono::steady_clock::now() - start_ < std::chrono::microseconds(30);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace scatterfold

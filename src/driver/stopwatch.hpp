// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace scatterfold {

/// Adds up what the stages of a run take, lap by lap.
class Stopwatch {
 public:
  void lap(const std::string& stage) {
    const auto now = Clock::now();
    laps_[stage] += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }
  double seconds(const std::string& stage) const {
    const auto found = laps_.find(stage);
    return found == laps_.end() ? 0.0 : found->second;
  }
  double total() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now(), last_ = start_;
  std::map<std::string, double> laps_;
};

}  // namespace scatterfold

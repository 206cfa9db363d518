// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>

#include "base/host_device.hpp"

namespace scatterfold {

/// A 128-bit two's complement sum of integers, in two words so that host and GPU lay it out alike.
struct ExactSum {
  std::uint64_t low = 0;
  std::int64_t high = 0;

  SCATTERFOLD_HD static ExactSum of(std::int64_t value) { return {static_cast<std::uint64_t>(value), value >> 63}; }

  SCATTERFOLD_HD void add(const ExactSum& other) {
    const std::uint64_t sum = low + other.low;
    high = static_cast<std::int64_t>(static_cast<std::uint64_t>(high) + static_cast<std::uint64_t>(other.high) +
                                     (sum < low ? 1u : 0u));
    low = sum;
  }
};

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace scatterfold::bench {

/// Something to be timed beside others: does its work once and gives the seconds it took.
using Contender = std::function<double()>;

double median(std::vector<double> values);

/// Runs the contenders in turn, round after round, so that whatever else the machine does meets all of them alike.
/// Gives the median seconds of each; the first round warms up and does not count.
std::vector<double> median_seconds(const std::vector<Contender>& contenders, int rounds);

/// Wall-clock seconds of `work`.
double seconds_of(const std::function<void()>& work);

}  // namespace scatterfold::bench

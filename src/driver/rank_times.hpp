// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "driver/fold_with_progress.hpp"
#include "driver/stopwatch.hpp"
#include "report/bottleneck_notes.hpp"
#include "report/run_report.hpp"

namespace scatterfold {

class Team;

/// What one rank did, and how long that took.
struct RankTimes {
  static constexpr const char* phases[] = {"open", "read", "decode", "copy", "compute", "combine", "write"};
  static constexpr std::size_t write = 6;

  double seconds[std::size(phases)] = {};
  double fold_s = 0;
  std::int64_t bytes_read = 0, bytes_in_place = 0, elements = 0, storage_bytes = 0, runs = 0;
};

/// Of every rank, on rank 0; nothing elsewhere. Team: collective.
std::vector<RankTimes> gather_times(Team& team, const Stopwatch& watch, const RankWork& work);

/// Adds what the ranks did after it.
void add_times(std::vector<RankTimes>& ranks, const std::vector<RankTimes>& more);

/// Tells the report how long the phases took and which of them set the time; and, with `facts` of the input, what would
/// help, after the notes that the report has and as long as there is room for notes. Its wall time is known.
void report_times(RunReport& report, const std::vector<RankTimes>& ranks, BottleneckFacts facts);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/rank_times.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "team/team.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t phase_count = std::size(RankTimes::phases);
constexpr std::size_t most_notes = 3;

void add_ranks(BottleneckFacts& facts, const std::vector<RankTimes>& ranks) {
  std::int64_t elements = 0;
  for (const RankTimes& rank : ranks) {
    elements += rank.elements;
    facts.idle_ranks += rank.elements == 0;
    facts.runs = std::max(facts.runs, rank.runs);
    facts.storage_bytes += rank.storage_bytes;
    facts.average_s += rank.fold_s / static_cast<double>(ranks.size());
  }
  if (elements == 0) facts.idle_ranks = 0;
  const auto slowest = std::ranges::max_element(ranks, {}, &RankTimes::fold_s);
  facts.slowest_rank = static_cast<int>(slowest - ranks.begin());
  facts.slowest_s = slowest->fold_s;
  if (elements > 0) facts.slowest_elements = static_cast<double>(slowest->elements) / static_cast<double>(elements);
}

PhaseSpread spread_of(const std::vector<RankTimes>& ranks, std::size_t phase) {
  PhaseSpread spread{RankTimes::phases[phase], 1e300, 0, 0};
  for (const RankTimes& rank : ranks) {
    spread.min_s = std::min(spread.min_s, rank.seconds[phase]);
    spread.max_s = std::max(spread.max_s, rank.seconds[phase]);
    spread.avg_s += rank.seconds[phase] / static_cast<double>(ranks.size());
  }
  return spread;
}

}  // namespace

std::vector<RankTimes> gather_times(Team& team, const Stopwatch& watch, const RankWork& work) {
  const RankTimes mine{{watch.seconds("open"), work.read_s, work.decode_s, work.copy_s, work.compute_s,
                        watch.seconds("combine"), watch.seconds("write")},
                       work.fold_s,
                       work.bytes_read,
                       work.bytes_in_place,
                       work.elements,
                       work.storage_bytes,
                       work.runs};
  std::vector<RankTimes> ranks;
  for (const auto& bytes : team.gather(std::as_bytes(std::span(&mine, 1))))
    std::memcpy(&ranks.emplace_back(), bytes.data(), sizeof(RankTimes));
  return ranks;
}

void add_times(std::vector<RankTimes>& ranks, const std::vector<RankTimes>& more) {
  ranks.resize(more.size());
  for (std::size_t r = 0; r < more.size(); ++r) {
    for (std::size_t p = 0; p < phase_count; ++p) ranks[r].seconds[p] += more[r].seconds[p];
    ranks[r].fold_s += more[r].fold_s;
    ranks[r].bytes_read += more[r].bytes_read;
    ranks[r].bytes_in_place += more[r].bytes_in_place;
    ranks[r].elements += more[r].elements;
    ranks[r].storage_bytes += more[r].storage_bytes;
    ranks[r].runs = std::max(ranks[r].runs, more[r].runs);
  }
}

void report_times(RunReport& report, const std::vector<RankTimes>& ranks, BottleneckFacts facts) {
  report.phases.clear();
  for (std::size_t p = 0; p < phase_count; ++p) report.phases.push_back(spread_of(ranks, p));
  // The stage that set the time: the longest of those that run side by side.
  report.bottleneck = std::ranges::max_element(report.phases, {}, &PhaseSpread::max_s)->name;
  for (const RankTimes& rank : ranks) {
    report.bytes_read += rank.bytes_read;
    report.bytes_in_place += rank.bytes_in_place;
  }
  add_ranks(facts, ranks);
  for (std::string& note : bottleneck_notes(report, facts)) {
    if (report.notes.size() < most_notes) report.notes.push_back(std::move(note));
  }
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/fold_with_progress.hpp"

#include <algorithm>
#include <optional>

#include "driver/machine.hpp"
#include "driver/stopwatch.hpp"
#include "report/progress.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// More chunks than these are not looked at one by one for the sake of a progress line.
constexpr std::int64_t most_counted_chunks = std::int64_t{1} << 20;

/// The part of all elements that a share has; where there are too many chunks to look at, of all segments.
double part_of(const Share& share, const Partition& units, int ranks) {
  if (share.runs() == 0) return 0;
  if (ranks == 1) return 1;
  const Run all{share.run(share.first_run).first, share.run(share.last_run - 1).last};
  if (!units.chunked() || units.units() > most_counted_chunks)
    return static_cast<double>(all.last - all.first) / static_cast<double>(share.segments);
  return static_cast<double>(units.elements_of(all)) / static_cast<double>(units.elements());
}

}  // namespace

void with_progress(const Job& job, const Team& team, std::int64_t elements, std::int64_t element_bytes, double part,
                   RankWork& work, const std::function<WorkTimes(FoldProgress&)>& fold) {
  FoldProgress progress;
  std::optional<ProgressLine> line;
  if (team.rank() == 0 && part > 0) {
    // Ranks do not talk while they fold: rank 0 shows itself, and takes the others, which have all begun, to be as far.
    const auto sample = [&progress, elements, element_bytes, part, ranks = team.size()] {
      const double done = std::min(static_cast<double>(progress.elements) / part, static_cast<double>(elements));
      const auto all = static_cast<std::int64_t>(done);
      return ProgressCount{all, all * element_bytes, ranks};
    };
    line.emplace(ProgressCount{elements, elements * element_bytes, team.size()}, sample,
                 ProgressSettings{.quiet = job.quiet});
  }
  const Stopwatch watch;
  const std::int64_t fetched_before = storage_bytes_read();
  const WorkTimes times = fold(progress);
  work.fold_s += watch.total();
  work.storage_bytes += storage_bytes_read() - fetched_before;
  work.threads_without_memory = std::max(work.threads_without_memory, times.threads_without_memory);
  work.read_s += times.read_s;
  work.decode_s += times.decode_s;
  work.copy_s += times.copy_s;
  work.compute_s += times.compute_s;
  work.bytes_read += times.bytes_read;
  work.bytes_in_place += times.bytes_in_place;
  work.elements += times.elements;
}

void fold_with_progress(const Job& job, const Team& team, const Source& source, const std::vector<const Fold*>& folds,
                        const Share& share, Backend& backend, std::vector<Partial>& partials, RankWork& work) {
  const double part = team.rank() == 0 ? part_of(share, source.partition(), team.size()) : 0;
  const bool reads = !job.file.empty() || !job.inputs.empty();
  with_progress(job, team, source.partition().elements(), reads ? size_of(source.decoding().stored) : 0, part, work,
                [&](FoldProgress& progress) { return backend.fold(source, folds, share, partials, progress); });
  work.runs = std::max(work.runs, share.runs());
}

}  // namespace scatterfold

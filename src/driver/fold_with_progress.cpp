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
void fold_with_progress(const Job& job, const Team& team, const Source& source, const std::vector<const Fold*>& folds,
                        const Share& share, Backend& backend, std::vector<Partial>& partials, RankWork& work) {
  FoldProgress progress;
  const std::int64_t elements = source.partition().elements(), ranks = team.size();
  // Ranks do not talk while they fold: rank 0 shows itself, and takes the others to be as far.
  const ProgressCount total{elements, elements * size_of(source.decoding().stored), team.size()};
  std::optional<ProgressLine> line;
  if (team.rank() == 0) {
    line.emplace(
        total,
        [&] {
          return ProgressCount{progress.elements * ranks, progress.bytes * ranks, 1};
        },
        ProgressSettings{.quiet = job.quiet});
  }
  const Stopwatch watch;
  const std::int64_t fetched_before = storage_bytes_read();
  const WorkTimes times = backend.fold(source, folds, share, partials, progress);
  work.fold_s += watch.total();
  work.storage_bytes += storage_bytes_read() - fetched_before;
  work.runs = std::max(work.runs, share.runs());
  work.threads_without_memory = std::max(work.threads_without_memory, times.threads_without_memory);
  work.read_s += times.read_s;
  work.decode_s += times.decode_s;
  work.copy_s += times.copy_s;
  work.compute_s += times.compute_s;
  work.bytes_read += times.bytes_read;
  work.elements += times.elements;
}

}  // namespace scatterfold

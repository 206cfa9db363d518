// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/run_arrays.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "driver/array_pass.hpp"
#include "driver/array_results.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// Everything that a run of arrays has in its hands.
class ArrayRun {
 public:
  ArrayRun(const Job& job, Team& team, GpuTeam* gpus, const Input& input, const ChosenBackend& chosen,
           const Folds& folds, PreparedArrays& prepared, Stopwatch& watch, RankWork& work)
      : job_(job),
        team_(team),
        gpus_(gpus),
        input_(input),
        chosen_(chosen),
        folds_(folds),
        bundles_(prepared.bundles()),
        output_(prepared.output()),
        memory_bytes_(prepared.memory_bytes()),
        watch_(watch),
        work_(work) {}

  Outcome run(const std::vector<std::int64_t>& positions, std::optional<Delivery>& delivery) {
    team_.phase("plan", [&] {
      for (std::size_t a = 0; a < folds_.size(); ++a)
        summaries_.emplace_back(output_.fields(a), output_.blank_summaries(a));
    });
    if (written_) create_output(delivery);
    for (std::size_t b = 0; b < bundles_.size(); ++b) fold_bundle(bundles_[b], positions[b]);
    Outcome outcome;
    team_.phase("write", [&] {
      if (written_) output_.settle();
    });
    team_.phase("write", [&] {
      if (team_.rank() != 0) return;
      std::vector<std::string> digests;
      for (const ArraySummaries& summaries : summaries_) {
        outcome.results.push_back({"", "", {}, summaries.summaries()});
        digests.push_back(summaries.digest());
      }
      outcome.digest = digest_of(digests);
      if (written_) output_.finish(outcome.digest);
    });
    watch_.lap("write");
    return outcome;
  }

 private:
  void create_output(std::optional<Delivery>& delivery) {
    std::vector<std::byte> place;
    team_.phase("plan", [&] {
      if (team_.rank() != 0) return;
      output_.create(delivery->claim->partial_path());
      place = output_.place();
    });
    team_.broadcast(place);
    output_.take_place(place);
    watch_.lap("write");
  }

  void fold_bundle(const ArrayBundle& bundle, std::int64_t most) {
    const std::vector<const Fold*> folds = bundle.folds_of(folds_);
    const Reduction& whole = bundle.geometry.reduction;
    std::vector<PositionBox> passes;
    team_.phase("plan", [&] { passes = whole.passes(most); });
    for (const PositionBox& box : passes) {
      std::optional<Reduction> part;
      team_.phase("plan", [&] { part.emplace(whole.part(box)); });
      const ArraySizes sizes = agree_on_sizes(team_, input_, *part, folds, memory_bytes_, *chosen_.backend);
      std::optional<ArrayTasks> cut;
      team_.phase("plan", [&] { cut.emplace(array_tasks(*input_.source, input_.info.shape, *part, sizes)); });
      const ArrayTasks& tasks = *cut;
      std::optional<PartValues> all;  // on rank 0
      std::vector<FinishedCell> mine;
      team_.phase("plan", [&] {
        if (team_.rank() == 0) all.emplace(tasks, folds);
      });
      fold_part(tasks, sizes, bundle, folds, all, mine);
      watch_.lap("fold");
      if (every_rank_writes()) {
        team_.phase("write", [&] { write_cells(mine, tasks, bundle, whole.output_box(box)); });
        watch_.lap("write");
      }
      gather_finished(team_, std::move(mine), chosen_.backend->threads(), all ? &*all : nullptr);
      watch_.lap("combine");
      team_.phase("write", [&] {
        if (all) take_part(all->values(), tasks.reduction().positions(), bundle, whole.output_box(box));
      });
      watch_.lap("write");
    }
  }

  bool every_rank_writes() const { return written_ && output_.in_parallel() && team_.size() > 1; }

  /// What this rank finishes goes to `all` at once where there is one, and to `mine` where it is needed apart.
  void fold_part(const ArrayTasks& tasks, const ArraySizes& sizes, const ArrayBundle& bundle,
                 const std::vector<const Fold*>& folds, std::optional<PartValues>& all,
                 std::vector<FinishedCell>& mine) {
    const ElementWeights* const weights = bundle.geometry.weights ? &*bundle.geometry.weights : nullptr;
    std::mutex mutex;
    fold_array_part(
        team_, tasks, sizes, folds, chosen_.backend->threads(), gpus_,
        [&](auto first, auto last, auto& to) { fold_tasks(tasks, first, last, sizes, weights, to); },
        [&](FinishedCell cell) {
          if (all) all->take(cell);
          if (all && !every_rank_writes()) return;
          const std::lock_guard lock(mutex);
          mine.push_back(std::move(cell));
        });
  }

  void fold_tasks(const ArrayTasks& tasks, std::int64_t first, std::int64_t last, const ArraySizes& sizes,
                  const ElementWeights* weights, ArrayCollector& collector) {
    const std::int64_t elements = tasks.reduction().elements();
    const double part = tasks.count() == 0 ? 0 : static_cast<double>(last - first) / static_cast<double>(tasks.count());
    with_progress(job_, team_, elements, size_of(input_.source->decoding().stored), part, work_,
                  [&](FoldProgress& progress) {
                    return chosen_.backend->fold_array({*input_.source, input_.along, weights}, tasks, first, last,
                                                       sizes, collector, progress);
                  });
    work_.runs = std::max(work_.runs, last - first);
  }

  /// Each rank what it has finished.
  void write_cells(const std::vector<FinishedCell>& cells, const ArrayTasks& tasks, const ArrayBundle& bundle,
                   const Hyperslab& part) {
    for (const FinishedCell& cell : cells) {
      for (CellBox& box : boxes_of(cell, tasks)) {
        for (std::size_t d = 0; d < part.start.size(); ++d) box.box.start[d] += part.start[d];
        for (std::size_t i = 0; i < bundle.analyses.size(); ++i)
          output_.write(bundle.analyses[i], box.box, cell.folds[i], box.first - cell.first, box.count);
      }
    }
  }

  /// On rank 0, which has all of a part.
  void take_part(const std::vector<FinishedCell::Values>& values, std::int64_t positions, const ArrayBundle& bundle,
                 const Hyperslab& part) {
    for (std::size_t i = 0; i < bundle.analyses.size(); ++i) {
      summaries_[bundle.analyses[i]].add(values[i], positions, chosen_.backend->threads());
      if (written_ && (!output_.in_parallel() || team_.size() == 1))
        output_.write(bundle.analyses[i], part, values[i], 0, positions);
    }
  }

  const Job& job_;
  Team& team_;
  GpuTeam* gpus_;
  const Input& input_;
  const ChosenBackend& chosen_;
  const Folds& folds_;
  const std::vector<ArrayBundle>& bundles_;
  ArrayOutput& output_;
  std::int64_t memory_bytes_;  ///< beside the weights that are kept
  const bool written_ = !job_.output.empty();
  Stopwatch& watch_;
  RankWork& work_;
  std::vector<ArraySummaries> summaries_;  ///< of each analysis; filled on rank 0
};

}  // namespace

Outcome run_arrays(const Job& job, Team& team, GpuTeam* gpus, const Input& input, const ChosenBackend& chosen,
                   const Folds& folds, PreparedArrays& prepared, const std::vector<std::int64_t>& positions,
                   std::optional<Delivery>& delivery, Stopwatch& watch, RankWork& work) {
  return ArrayRun(job, team, gpus, input, chosen, folds, prepared, watch, work).run(positions, delivery);
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/run_arrays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "base/float_environment.hpp"
#include "driver/array_pass.hpp"
#include "driver/array_results.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// Analyses that are folded together, because they part the elements alike.
struct Bundle {
  ArrayGeometry geometry;
  std::vector<std::size_t> analyses;
};

bool alike(const ArrayOptions& a, const ArrayOptions& b) {
  return a.dims == b.dims && a.by == b.by && a.every == b.every && a.weights == b.weights;
}

std::vector<Bundle> bundles_of(const Job& job, const Input& input) {
  std::vector<Bundle> bundles;
  for (std::size_t a = 0; a < job.analyses.size(); ++a) {
    const auto found = std::find_if(bundles.begin(), bundles.end(), [&](const Bundle& b) {
      return alike(job.analyses[b.analyses.front()].arrays, job.analyses[a].arrays);
    });
    if (found != bundles.end()) {
      found->analyses.push_back(a);
    } else {
      bundles.push_back({array_geometry(job.analyses[a].arrays, input), {a}});
    }
  }
  return bundles;
}

std::vector<std::string> names_of(const std::vector<ArrayDimension>& dimensions) {
  std::vector<std::string> names;
  for (const ArrayDimension& dimension : dimensions) names.push_back(dimension.name);
  return names;
}

/// Everything that a run of arrays has in its hands.
class ArrayRun {
 public:
  ArrayRun(const Job& job, Team& team, const Input& input, const ChosenBackend& chosen,
           const std::vector<std::unique_ptr<Fold>>& folds, Stopwatch& watch, RankWork& work)
      : job_(job), team_(team), input_(input), chosen_(chosen), folds_(folds), watch_(watch), work_(work) {}

  Outcome run(std::optional<Delivery>& delivery, const std::string& command_line) {
    team_.phase("plan", [&] { prepare(command_line); });
    create_output(delivery);
    for (const Bundle& bundle : bundles_) fold_bundle(bundle);
    Outcome outcome;
    team_.phase("write", [&] {
      if (team_.rank() != 0) return;
      std::vector<std::string> digests;
      for (const ArraySummaries& summaries : summaries_) {
        outcome.results.push_back({"", "", {}, summaries.summaries()});
        digests.push_back(summaries.digest());
      }
      outcome.digest = digest_of(digests);
      if (output_) output_->finish(outcome.digest);
    });
    watch_.lap("write");
    return outcome;
  }

 private:
  void prepare(const std::string& command_line) {
    bundles_ = bundles_of(job_, input_);
    std::vector<const ArrayGeometry*> geometries(folds_.size());
    for (const Bundle& bundle : bundles_) {
      for (const std::size_t a : bundle.analyses) geometries[a] = &bundle.geometry;
    }
    std::vector<ArrayAnalysis> analyses;
    for (std::size_t a = 0; a < folds_.size(); ++a) {
      const Reduction& reduction = geometries[a]->reduction;
      analyses.push_back({&job_.analyses[a], folds_[a]->array_fields(reduction.most_elements())});
      summaries_.emplace_back(analyses[a].fields, names_of(geometries[a]->dimensions), reduction.output_shape());
    }
    output_.emplace(job_, input_, analyses, geometries, command_line);
    if (job_.output.empty()) output_.reset();
  }

  void create_output(std::optional<Delivery>& delivery) {
    if (!output_) return;
    std::vector<std::byte> place;
    team_.phase("plan", [&] {
      if (team_.rank() != 0) return;
      output_->create(delivery->claim->partial_path());
      place = output_->place();
    });
    team_.broadcast(place);
    output_->take_place(place);
    watch_.lap("write");
  }

  void fold_bundle(const Bundle& bundle) {
    std::vector<const Fold*> folds;
    for (const std::size_t a : bundle.analyses) folds.push_back(folds_[a].get());
    const Reduction& whole = bundle.geometry.reduction;
    const std::int64_t most = agreed_positions(bundle, folds);
    std::vector<PositionBox> passes;
    team_.phase("plan", [&] { passes = whole.passes(most); });
    for (const PositionBox& box : passes) {
      std::optional<Reduction> part;
      team_.phase("plan", [&] { part.emplace(whole.part(box)); });
      const ArraySizes sizes = agree_on_sizes(team_, input_, *part, folds, chosen_.memory_bytes, *chosen_.backend);
      std::optional<ArrayTasks> cut;
      team_.phase("plan", [&] { cut.emplace(array_tasks(*input_.source, input_.info.shape, *part, sizes)); });
      const ArrayTasks& tasks = *cut;
      std::vector<FinishedCell> mine =
          fold_array_part(team_, tasks, sizes, folds, [&](const auto&, auto first, auto last, const auto&, auto& to) {
            fold_tasks(tasks, first, last, sizes, bundle.geometry.weights ? &*bundle.geometry.weights : nullptr, to);
          });
      watch_.lap("fold");
      if (output_ && output_->in_parallel() && team_.size() > 1) {
        team_.phase("write", [&] { write_cells(mine, tasks, bundle, whole.output_box(box)); });
        watch_.lap("write");
      }
      const std::vector<FinishedCell> all = gather_finished(team_, std::move(mine));
      watch_.lap("combine");
      team_.phase("write", [&] {
        if (team_.rank() == 0) take_part(all, tasks, bundle, folds, whole.output_box(box));
      });
      watch_.lap("write");
    }
  }

  /// By rank 0's memory; whole chunks of the output.
  std::int64_t agreed_positions(const Bundle& bundle, const std::vector<const Fold*>& folds) {
    std::vector<std::byte> bytes;
    team_.phase("plan", [&] {
      if (team_.rank() != 0) return;
      std::int64_t most = positions_of_pass(bundle.geometry.reduction, folds, chosen_.memory_bytes), chunks = 1;
      for (const std::size_t a : bundle.analyses)
        if (output_) chunks = std::max(chunks, output_->positions_of_chunks(a));
      if (chunks > 2 * most && !job_.storage.chunks.empty()) {  // most is for half of the memory
        throw ResourceError(fmt::format(
            "a row of the output's chunks has {} positions, and the memory is for {}: give shorter --chunks, "
            "or more --memory",
            chunks, 2 * most));
      }
      most = std::max(most / chunks * chunks, chunks);
      const auto raw = std::as_bytes(std::span(&most, 1));
      bytes.assign(raw.begin(), raw.end());
    });
    team_.broadcast(bytes);
    std::int64_t most;
    std::memcpy(&most, bytes.data(), sizeof most);
    return most;
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
  void write_cells(const std::vector<FinishedCell>& cells, const ArrayTasks& tasks, const Bundle& bundle,
                   const Hyperslab& part) {
    for (const FinishedCell& cell : cells) {
      for (CellBox& box : boxes_of(cell, tasks)) {
        for (std::size_t d = 0; d < part.start.size(); ++d) box.box.start[d] += part.start[d];
        for (std::size_t i = 0; i < bundle.analyses.size(); ++i)
          output_->write(bundle.analyses[i], box.box, cell.folds[i], box.first - cell.first, box.count);
      }
    }
  }

  /// On rank 0, which has all of a part.
  void take_part(const std::vector<FinishedCell>& cells, const ArrayTasks& tasks, const Bundle& bundle,
                 const std::vector<const Fold*>& folds, const Hyperslab& part) {
    const std::vector<FinishedCell::Values> values = assemble(cells, tasks, folds);
    const std::int64_t positions = tasks.reduction().positions();
    for (std::size_t i = 0; i < bundle.analyses.size(); ++i) {
      summaries_[bundle.analyses[i]].add(values[i], positions);
      if (output_ && (!output_->in_parallel() || team_.size() == 1))
        output_->write(bundle.analyses[i], part, values[i], 0, positions);
    }
  }

  const Job& job_;
  Team& team_;
  const Input& input_;
  const ChosenBackend& chosen_;
  const std::vector<std::unique_ptr<Fold>>& folds_;
  Stopwatch& watch_;
  RankWork& work_;
  std::vector<Bundle> bundles_;
  std::vector<ArraySummaries> summaries_;  ///< of each analysis; filled on rank 0
  std::optional<ArrayOutput> output_;
};

}  // namespace

Outcome run_arrays(const Job& job, Team& team, const Input& input, const ChosenBackend& chosen,
                   const std::vector<std::unique_ptr<Fold>>& folds, std::optional<Delivery>& delivery,
                   const std::string& command_line, Stopwatch& watch, RankWork& work) {
  return ArrayRun(job, team, input, chosen, folds, watch, work).run(delivery, command_line);
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "backend/array_sizes.hpp"
#include "backend/backend.hpp"
#include "backend/host_memory.hpp"
#include "base/affinity.hpp"
#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/apply_user_code.hpp"
#include "driver/choose_backend.hpp"
#include "driver/deliver.hpp"
#include "driver/first_pass.hpp"
#include "driver/inputs.hpp"
#include "driver/plan_inputs.hpp"
#include "driver/prepared_arrays.hpp"
#include "fold/analysis.hpp"
#include "fold/chosen_fields.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// Who would fold, as far as is known without MPI and without a look at GPUs.
struct Means {
  int ranks, threads;
  bool gpu;
  std::int64_t memory_bytes;
};

Means means_of(const Job& job, const Launch& launch) {
  Means means;
  means.ranks = launch.mpi                    ? launch.tasks
                : job.mode == Mode::processes ? (job.processes > 0 ? job.processes : usable_cores())
                                              : 1;
  const bool serial = job.mode == Mode::serial || job.mode == Mode::processes;
  // As if all ranks were on this host. One core: the ranks are bound to one each.
  const int cores = launch.mpi && usable_cores() > 1 ? std::max(1, usable_cores() / means.ranks) : usable_cores();
  means.threads = serial ? 1 : job.threads > 0 ? job.threads : cores;
  means.gpu = job.mode == Mode::cuda;
  means.memory_bytes = memory_of(job, means.ranks);
  return means;
}

/// The passes of some analyses.
struct Passes {
  std::int64_t count = 0, tiles = 0;
  std::int64_t bytes = 0;  ///< that a rank needs at most
};

Passes passes_of(const Input& input, const Reduction& whole, std::int64_t positions,
                 const std::vector<const Fold*>& folds, std::int64_t memory_bytes, const Means& means) {
  Passes all;
  for (const PositionBox& box : whole.passes(positions)) {
    const Reduction part = whole.part(box);
    const ArraySizes sizes = array_sizes(*input.source, part, folds, memory_bytes,
                                         means.gpu ? gpu_array_bytes : host_array_bytes, means.threads, means.ranks);
    const ArrayTasks tasks = array_tasks(*input.source, input.info.shape, part, sizes);
    ++all.count;
    all.tiles += tasks.tiles().count();
    all.bytes = std::max(
        all.bytes, folding_bytes(*input.source, tasks, folds, sizes) + part.positions() * result_bytes(part, folds));
  }
  return all;
}

/// "lat 180 x lon 360", as in the output.
std::string dimensions_text(const ArrayOutput& output, const ArrayBundle& bundle, std::size_t analysis) {
  const std::vector<ArraySummary> all = output.blank_summaries(analysis);
  const ArraySummary& any = *std::ranges::find_if(all, &ArraySummary::wanted);
  std::vector<std::string> dimensions;
  for (std::size_t d = 0; d < bundle.geometry.dimensions.size(); ++d)
    dimensions.push_back(fmt::format("{} {}", any.dimensions[d], any.shape[d]));
  return dimensions.empty() ? "no dimensions" : fmt::format("{}", fmt::join(dimensions, " x "));
}

/// What becomes of each analysis whose results are arrays.
std::string arrays_text(const Job& job, const Input& input, const PreparedArrays& prepared, const Folds& folds,
                        const std::vector<std::int64_t>& positions, const Means& means) {
  std::string text;
  std::int64_t bytes = 0;
  for (std::size_t b = 0; b < positions.size(); ++b) {
    const ArrayBundle& bundle = prepared.bundles()[b];
    const Reduction& reduction = bundle.geometry.reduction;
    const Passes passes =
        passes_of(input, reduction, positions[b], bundle.folds_of(folds), prepared.memory_bytes(), means);
    bytes = std::max(bytes, passes.bytes);
    for (const std::size_t a : bundle.analyses) {
      text += fmt::format("  {:<12} {} of {} elements at most ({}), reduced {}, in {} and {}{}, results of {}\n",
                          job.analyses[a].name, counted(reduction.positions(), "position"), reduction.most_elements(),
                          dimensions_text(prepared.output(), bundle, a),
                          reduction.order() == FoldOrder::columns ? "side by side" : "leaf by leaf",
                          counted(passes.tiles, "tile"), counted(passes.count, "pass", "passes"),
                          a == bundle.analyses.front() ? "" : " with " + job.analyses[bundle.analyses.front()].name,
                          format_bytes(static_cast<double>(prepared.output().bytes(a))));
    }
  }
  bytes += means.memory_bytes - prepared.memory_bytes();  // weights that are kept
  return fmt::format("arrays       by {} x {}{}, up to {} of {} each\n", counted(means.ranks, "rank"),
                     counted(means.threads, "thread"), means.gpu ? " with a GPU" : "",
                     format_bytes(static_cast<double>(bytes)), format_bytes(static_cast<double>(means.memory_bytes))) +
         text;
}

std::string dataset_text(const Job& job, const InputFiles& files, const Launch& launch) {
  const Means means = means_of(job, launch);
  Inputs inputs = open_inputs(job, files, {means.memory_bytes, means.threads});
  apply_user_code(job, job.mode == Mode::cuda ? "sm_90" : "", inputs);  // whatever GPU: what it says is the same
  const Delivery delivery(job, files);                                  // of a run: claimed here for a moment
  const ValueKind values = values_of(job, inputs);
  check_combine(job, job.mode == Mode::cuda || job.mode == Mode::automatic);
  const Folds folds = bind_folds(job, values, {});
  std::optional<PreparedArrays> arrays;
  std::vector<std::int64_t> positions;
  if (job.with_arrays()) {
    arrays.emplace(job, inputs.all.front(), folds, means.memory_bytes, "");
    positions = arrays->settle(folds, delivery.claim ? delivery.claim->partial_path() : "");
  }

  const Source& source = inputs.values();
  const Partition& partition = source.partition();
  const int ranks = means.ranks, threads = means.threads;
  const int level = run_level(partition, inputs.frame_bytes(), host_run_bytes, threads * ranks);
  const Share share = share_of(partition.segments(), level, 0, ranks);

  const std::int64_t passes = std::max<std::int64_t>(1, std::ssize(positions)) + has_first_pass(job, values);
  std::int64_t table_bytes = 0;
  std::string analyses;
  for (std::size_t a = 0; a < folds.size(); ++a) {
    const Fold& fold = *folds[a];
    table_bytes += fold.slots() * static_cast<std::int64_t>(sizeof(std::int64_t));
    analyses += fmt::format("  {:<12} {}\n", job.analyses[a].name,
                            fold.slots() > 0 ? fmt::format("table of {} cells", fold.slots())
                                             : fmt::format("state of {} bytes per run", fold.state_bytes()));
  }
  const int workers = host_workers(threads, means.memory_bytes, source, table_bytes, share.runs());
  const std::int64_t buffer =
      std::min({partition.chunked() ? partition.unit_elements_limit() : partition.segment_elements_limit(),
                partition.elements(), host_read_elements(source, workers, means.memory_bytes)}) *
          size_of(source.decoding().stored) +
      source.thread_bytes();
  std::string text = inputs_text(job, inputs, passes);
  if (!job.with_arrays()) {
    text += fmt::format("cut into     {} {}, {} segments, runs of {}\n", partition.units(),
                        inputs.all_chunks()      ? "chunks"
                        : partition.units() == 1 ? "unit"
                                                 : "units",
                        partition.segments(), std::int64_t{1} << level);
    text += fmt::format("shared by    {} rank{} x {} thread{}; about {} runs each\n", ranks, ranks == 1 ? "" : "s",
                        threads, threads == 1 ? "" : "s", share.runs());
    text += fmt::format("memory       {} per rank for buffers and tables\n",
                        format_bytes(static_cast<double>((buffer + table_bytes) * workers + table_bytes)));
  }
  text += "analyses\n" + analyses;
  if (job.with_arrays()) text += arrays_text(job, inputs.all.front(), *arrays, folds, positions, means);
  return text;
}

}  // namespace

std::string plan_text(const Job& job, const FoundInput& found, const Launch& launch) {
  std::vector<std::string> texts;
  for (const Job& one : dataset_jobs(job, found.members)) texts.push_back(dataset_text(one, found.files, launch));
  const std::string note = job.of_group() ? passed_over_note(job, found.members) : "";
  if (!note.empty()) texts.push_back(fmt::format("note: {}\n", note));
  return fmt::format("{}", fmt::join(texts, "\n"));
}

}  // namespace scatterfold

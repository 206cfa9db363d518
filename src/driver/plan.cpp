// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "backend/array_sizes.hpp"
#include "backend/backend.hpp"
#include "backend/host_memory.hpp"
#include "base/affinity.hpp"
#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/array_geometry.hpp"
#include "driver/choose_backend.hpp"
#include "driver/open_input.hpp"
#include "driver/select.hpp"
#include "fold/analysis.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// What becomes of each analysis whose results are arrays.
std::string arrays_text(const Job& job, const Input& input, ValueKind values, std::int64_t memory_bytes, int threads,
                        int ranks) {
  std::string text = "arrays\n";
  for (const AnalysisJob& analysis : job.analyses) {
    const ArrayGeometry geometry = array_geometry(analysis.arrays, input);
    values.weighted = geometry.weights.has_value();
    const Result unknown;
    const auto fold = find_analysis(analysis.kind)->bind(analysis.options, values, &unknown);
    const std::vector<const Fold*> folds = {fold.get()};
    const Reduction& reduction = geometry.reduction;
    std::vector<std::string> dimensions;
    for (const ArrayDimension& dimension : geometry.dimensions)
      dimensions.push_back(fmt::format("{} {}", dimension.name, dimension.length));
    const auto passes = reduction.passes(positions_of_pass(reduction, folds, memory_bytes));
    const ArraySizes sizes =
        array_sizes(*input.source, reduction, folds, memory_bytes, std::int64_t{1} << 20, threads, ranks);
    const ArrayTasks tasks = array_tasks(*input.source, input.info.shape, reduction, sizes);
    std::int64_t bytes = 0;
    for (const ArrayField& field : fold->array_fields(reduction.most_elements()))
      bytes += 8 * reduction.positions() * field.width();
    text += fmt::format("  {:<12} {} of {} elements at most ({}), reduced {}, in {} and {}, results of {}\n",
                        analysis.name, counted(reduction.positions(), "position"), reduction.most_elements(),
                        dimensions.empty() ? "no dimensions" : fmt::format("{}", fmt::join(dimensions, " x ")),
                        reduction.order() == FoldOrder::columns ? "side by side" : "leaf by leaf",
                        counted(tasks.tiles().count(), "tile"), counted(std::ssize(passes), "pass", "passes"),
                        format_bytes(static_cast<double>(bytes)));
  }
  return text;
}

}  // namespace

std::string plan_text(const Job& job, const std::vector<std::string>& files, const Launch& launch) {
  const Input input = open_input(job, files);
  const DatasetInfo& info = input.info;
  const JoinedSource& source = *input.source;
  const Partition& partition = source.partition();
  const Decoding& decoding = source.decoding();
  const ValueKind values{decoding.value, decoding.nan_is_missing, job.nan == NanPolicy::skip};

  const int ranks = launch.mpi                    ? launch.tasks
                    : job.mode == Mode::processes ? (job.processes > 0 ? job.processes : usable_cores())
                                                  : 1;
  const bool serial = job.mode == Mode::serial || job.mode == Mode::processes;
  // As if all ranks were on this host. One core: the ranks are bound to one each.
  const int cores = launch.mpi && usable_cores() > 1 ? std::max(1, usable_cores() / ranks) : usable_cores();
  const int threads = serial ? 1 : job.threads > 0 ? job.threads : cores;
  const std::int64_t element_bytes = size_of(decoding.stored), bytes = partition.elements() * element_bytes;
  const int level = run_level(partition, element_bytes, std::int64_t{4} << 20, threads * ranks);
  const Share share = share_of(partition.segments(), level, 0, ranks);

  int passes = 1;
  std::int64_t table_bytes = 0;
  std::string analyses;
  for (const AnalysisJob& analysis : job.analyses) {
    const Analysis& kind = *find_analysis(analysis.kind);
    const bool first = kind.first_pass(analysis.options, values) != nullptr;
    if (first) passes = 2;
    const Result unknown;
    const auto fold = kind.bind(analysis.options, values, first ? &unknown : nullptr);
    table_bytes += fold->slots() * static_cast<std::int64_t>(sizeof(std::int64_t));
    analyses += fmt::format("  {:<12} {}\n", analysis.name,
                            fold->slots() > 0 ? fmt::format("table of {} cells", fold->slots())
                                              : fmt::format("state of {} bytes per run", fold->state_bytes()));
  }
  const std::int64_t memory_bytes = memory_of(job, ranks);
  const int workers = host_workers(threads, memory_bytes, source, table_bytes, share.runs());
  const std::int64_t buffer =
      std::min({partition.chunked() ? partition.unit_elements_limit() : partition.segment_elements_limit(),
                partition.elements(), host_read_elements(source, workers, memory_bytes)}) *
          element_bytes +
      source.thread_bytes();
  std::string text;
  text += fmt::format(
      "input        {}:{}{}\n", job.file, info.path,
      job.concat.empty() ? "" : fmt::format(" ({} along {})", counted(std::ssize(source.parts()), "file"), job.concat));
  text += fmt::format("elements     {} of {}{}\n", partition.elements(), info.boolean ? "bool" : name_of(info.type),
                      job.select.empty() ? "" : fmt::format(" ({})", describe_selection(info, job.select)));
  text += fmt::format("values       {}{}\n", name_of(decoding.value),
                      decoding.packed                                  ? " (unpacked)"
                      : decoding.mark.given || decoding.nan_is_missing ? " (with missing values)"
                                                                       : "");
  text += fmt::format("reading      {} in {} pass{}, {}\n", format_bytes(static_cast<double>(bytes)), passes,
                      passes == 1 ? "" : "es", source.way_of_reading());
  if (!job.with_arrays()) {
    // Of several files, one that is not chunked is a unit.
    const bool all_chunks = std::ranges::all_of(source.parts(), [](const auto& p) { return p->partition().chunked(); });
    text += fmt::format("cut into     {} {}, {} segments, runs of {}\n", partition.units(),
                        all_chunks               ? "chunks"
                        : partition.units() == 1 ? "unit"
                                                 : "units",
                        partition.segments(), std::int64_t{1} << level);
    text += fmt::format("shared by    {} rank{} x {} thread{}; about {} runs each\n", ranks, ranks == 1 ? "" : "s",
                        threads, threads == 1 ? "" : "s", share.runs());
    text += fmt::format("memory       {} per rank for buffers and tables\n",
                        format_bytes(static_cast<double>((buffer + table_bytes) * workers + table_bytes)));
  }
  text += "analyses\n" + analyses;
  if (job.with_arrays()) text += arrays_text(job, input, values, memory_bytes, threads, ranks);
  return text;
}

}  // namespace scatterfold

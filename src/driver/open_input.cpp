// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/open_input.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <glob.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/select.hpp"
#include "io/printable.hpp"
#include "io/storage_text.hpp"

namespace scatterfold {
namespace {

using Datasets = std::vector<std::unique_ptr<Dataset>>;

std::vector<std::string> matching_files(const std::string& pattern) {
  glob_t found{};
  const int status = glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  std::vector<std::string> files(found.gl_pathv, found.gl_pathv + (status == 0 ? found.gl_pathc : 0));
  globfree(&found);
  std::sort(files.begin(), files.end());  // glob's own order is that of the locale
  return files;
}

std::string shown_shape(const DatasetInfo& info) {
  return info.shape.empty() ? "a single number" : extent_text(info.shape);
}

std::string shown_rules(const DatasetInfo& info) {
  const std::vector<std::string> lines = rules_text(info);
  return lines.empty() ? "none" : printable(fmt::format("{}", fmt::join(lines, "; ")));
}

/// Files whose numbers mean different things must not be folded into one.
void check_alike(const DatasetInfo& first, const DatasetInfo& other, std::size_t along) {
  const auto refuse = [&](const std::string& what, const std::string& a, const std::string& b, const char* remedy) {
    throw InputError(fmt::format("{} of {} differ between {} ({}) and {} ({}): {}", what, printable(first.path),
                                 printable(first.file, 1000), a, printable(other.file, 1000), b, remedy));
  };
  std::vector<std::int64_t> beside = other.shape;
  if (beside.size() == first.shape.size()) beside[along] = first.shape[along];
  if (beside != first.shape) {
    refuse("shapes", shown_shape(first), shown_shape(other),
           "with --concat all other dimensions are equal, so leave one of the files out");
  }
  for (std::size_t d = 0; d < first.shape.size(); ++d) {
    const std::string &mine = first.dimension_names[d], &its = other.dimension_names[d];
    if (mine == its || mine.empty() || its.empty()) continue;  // without a name it is the same by its number
    refuse(fmt::format("names of dimension {}", d), printable(mine), printable(its),
           "transpose or rename them in one of the files, or leave it out");
  }
  if (other.type != first.type || other.boolean != first.boolean) {
    const auto name = [](const DatasetInfo& i) { return std::string(i.boolean ? "bool" : name_of(i.type)); };
    refuse("types", name(first), name(other), "leave one of the files out");
  }
  const auto quoted = [](const std::string& units) {
    return units.empty() ? "none" : fmt::format("\"{}\"", printable(units));
  };
  if (other.units != first.units)
    refuse("units", quoted(first.units), quoted(other.units), "convert one of the files, or leave it out");
  if (other.rules != first.rules) {
    refuse("missing values or packing", shown_rules(first), shown_rules(other),
           "unpack the files, or fold the stored numbers with --missing off");
  }
}

/// What is left of `whole` in the part that begins at `begin` along a dimension.
Hyperslab part_of(const Hyperslab& whole, const DatasetInfo& part, std::size_t along, std::int64_t begin) {
  std::vector<std::int64_t> low(part.shape.size(), 0), high = part.shape;
  low[along] = begin;
  high[along] += begin;
  Hyperslab slab = intersect(whole, low, high);
  slab.start[along] -= begin;
  return slab;
}

/// Whether the name stands for the files that it matches.
bool is_pattern(const std::string& file) {
  return access(file.c_str(), F_OK) != 0 && file.find_first_of("*?[") != std::string::npos;
}

OpenDataset join(const Job& job, Datasets datasets) {
  OpenDataset all{datasets.front()->info(), {}, 0, {}};
  DatasetInfo& info = all.info;
  all.along = find_dimension(info, job.concat, "--concat");
  std::int64_t begin = 0;
  for (const auto& dataset : datasets) {
    if (dataset != datasets.front()) {
      check_alike(datasets.front()->info(), dataset->info(), all.along);
      info.stored_bytes += dataset->info().stored_bytes;
    }
    all.begins.push_back(begin);
    if (__builtin_add_overflow(begin, dataset->info().shape[all.along], &begin)) {
      throw InputError(fmt::format("{} is too large ({} and others together): over 2^63 elements along {}",
                                   printable(info.path), printable(info.file, 1000), job.concat));
    }
  }
  info.shape[all.along] = begin;
  info.elements();  // refuses more than 2^63
  all.files = std::move(datasets);
  return all;
}

}  // namespace

void allow_open_files(std::size_t files) {
  const rlim_t wanted = 2 * files + 100;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  if (limit.rlim_max < wanted) {
    throw ResourceError(
        fmt::format("{} files take {} descriptors and {} are allowed (ulimit -Hn): have it raised, or "
                    "join the files into fewer",
                    files, wanted, limit.rlim_max));
  }
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<InputJob> input_jobs(const Job& job) {
  std::vector<InputJob> jobs;
  const auto add = [&](const std::string& name, const std::string& file, const std::string& dataset) {
    jobs.push_back({name, job});
    jobs.back().job.file = file;
    jobs.back().job.dataset = dataset;
    if (job.broadcasts() && !is_pattern(file)) jobs.back().job.concat.clear();
  };
  if (!job.file.empty()) add("x", job.file, job.dataset);
  for (const NamedInput& input : job.inputs) add(input.name, input.file, input.dataset);
  const bool joined = std::ranges::any_of(jobs, [](const InputJob& one) { return !one.job.concat.empty(); });
  if (!job.concat.empty() && !joined)
    throw UsageError("--concat joins the files of a pattern, and no input's file is one: leave it out");
  return jobs;
}

std::vector<std::string> input_files(const Job& job) {
  if (!is_pattern(job.file)) return {job.file};
  std::vector<std::string> files = matching_files(job.file);
  if (files.empty()) throw InputError(fmt::format("no file matches {}: correct the name", printable(job.file, 1000)));
  if (job.concat.empty()) {
    throw UsageError(
        fmt::format("{} is a pattern ({}): name the dimension along which they are one dataset, as "
                    "in --concat time, or name one file",
                    printable(job.file, 1000), counted(static_cast<std::int64_t>(files.size()), "file")));
  }
  return files;
}

OpenDataset open_dataset(const Job& job, const std::vector<std::string>& files) {
  Datasets datasets;
  for (const std::string& file : files) datasets.push_back(std::make_unique<Dataset>(file, job.dataset, job.missing));
  if (!job.concat.empty()) return join(job, std::move(datasets));
  DatasetInfo info = datasets.front()->info();
  return {std::move(info), std::move(datasets)};
}

Input select_from(OpenDataset dataset, const Hyperslab& selection) {
  std::vector<std::unique_ptr<DatasetSource>> parts;
  for (std::size_t i = 0; i < dataset.files.size(); ++i) {
    const Hyperslab slab = dataset.files.size() == 1
                               ? selection
                               : part_of(selection, dataset.files[i]->info(), dataset.along, dataset.begins[i]);
    parts.push_back(std::make_unique<DatasetSource>(std::move(dataset.files[i]), slab));
  }
  return {std::move(dataset.info), std::make_unique<JoinedSource>(std::move(parts)), selection, dataset.along,
          std::move(dataset.begins)};
}

Input open_input(const Job& job, const std::vector<std::string>& files) {
  allow_open_files(files.size());
  OpenDataset dataset = open_dataset(job, files);
  const Hyperslab selection = resolve_selection(dataset.info, job.select);
  return select_from(std::move(dataset), selection);
}

}  // namespace scatterfold

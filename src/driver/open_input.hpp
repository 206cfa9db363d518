// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver/job.hpp"
#include "io/dataset.hpp"
#include "source/joined_source.hpp"

namespace scatterfold {

/// A job on one of the datasets that another job is about, which may have several.
struct InputJob {
  std::string name;  ///< that the job's function calls it by
  Job job;
};

/// One for each dataset of the job, in the order given. `concat` is for those whose file is a pattern.
/// Errors: UsageError where it is for none.
std::vector<InputJob> input_jobs(const Job& job);

/// The files of a job: its file, or with `concat` all that its pattern matches, in order of their names (byte by byte).
/// Errors: InputError where nothing matches; UsageError for a pattern without `concat`.
std::vector<std::string> input_files(const Job& job);

/// Those of each of a job's datasets.
using InputFiles = std::vector<std::vector<std::string>>;

/// A job's dataset in its files, or those of several files as one.
struct OpenDataset {
  DatasetInfo info;  ///< of the whole: several files have the first one's, with the shape and bytes of all
  std::vector<std::unique_ptr<Dataset>> files;
  std::size_t along = 0;                   ///< the dimension in which several files follow one another
  std::vector<std::int64_t> begins = {0};  ///< where each of them begins in it
};

struct Input {
  DatasetInfo info;  ///< of the whole
  std::unique_ptr<JoinedSource> source;
  Hyperslab selection;  ///< of the whole
  std::size_t along = 0;
  std::vector<std::int64_t> begins = {0};
};

/// The library holds a file open, and so do those who read it: a thousand files are more than most shells allow at
/// first. Errors: ResourceError.
void allow_open_files(std::size_t files);

/// Opens the job's dataset, or those of several files as one along `concat`.
/// Errors: InputError, also where files differ in type, units, missing values, packing, names of dimensions or the
/// length of another one; UsageError for a dimension that is not there.
OpenDataset open_dataset(const Job& job, const std::vector<std::string>& files);

/// What of it is selected. Segments do not cross files.
Input select_from(OpenDataset dataset, const Hyperslab& selection);

/// Both, with the selection of the job. Errors: UsageError for a dimension or an index that is not there.
Input open_input(const Job& job, const std::vector<std::string>& files);

}  // namespace scatterfold

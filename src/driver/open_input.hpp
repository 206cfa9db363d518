// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver/job.hpp"
#include "io/dataset.hpp"
#include "source/joined_source.hpp"
#include "user/mapped_source.hpp"

namespace scatterfold {

/// The files of a job: its file, or with `concat` all that its pattern matches, in order of their names (byte by byte).
/// Errors: InputError where nothing matches; UsageError for a pattern without `concat`.
std::vector<std::string> input_files(const Job& job);

struct Input {
  DatasetInfo info;  ///< of the whole: several files have the first one's, with the shape and bytes of all
  std::unique_ptr<JoinedSource> source;
  Hyperslab selection;                         ///< of the whole
  std::size_t along = 0;                       ///< the dimension in which several files follow one another
  std::unique_ptr<LoadedMap> map = {};         ///< of the job's kernel or expression (apply_user_code)
  std::unique_ptr<ElementPlaces> places = {};  ///< of the elements of `source`, where the map asks for them
  std::unique_ptr<MappedSource> mapped = {};   ///< what it makes of `source`

  /// What is folded.
  const Source& values() const { return mapped ? static_cast<const Source&>(*mapped) : *source; }
};

/// Opens the job's dataset, or those of several files as one along `concat`, and applies the selection. Segments do not
/// cross files.
/// Errors: InputError, also where files differ in type, units, missing values, packing, names of dimensions or the
/// length of another one; UsageError for a dimension or an index that is not there.
Input open_input(const Job& job, const std::vector<std::string>& files);

}  // namespace scatterfold

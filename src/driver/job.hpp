// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fold/options.hpp"
#include "user/user_code.hpp"

namespace scatterfold {

enum class Mode { automatic, serial, threads, processes, cuda };
enum class NanPolicy { propagate, skip, error };
enum class Combine { automatic, mpi, nccl };

/// `-d dim,lo,hi[,step]`: half-open; negative numbers count from the end; `dim` is a name or an index.
struct DimensionSelection {
  std::string dimension;
  std::optional<std::int64_t> low, high;  ///< absent: from the start, to the end
  std::int64_t step = 1;
};

/// Results for each position of the dimensions that are not reduced.
struct ArrayOptions {
  std::vector<std::string> dims;  ///< that are reduced, by name or index
  std::string by;                 ///< "time:month", or a dimension with an integer coordinate
  std::string every;              ///< "time=24"
  std::string weights;            ///< "area" or "FILE:/dataset"
  std::vector<std::string> only;  ///< the results that are wanted; empty: all

  bool given() const { return !dims.empty() || !by.empty() || !every.empty() || !weights.empty(); }
  bool operator==(const ArrayOptions&) const = default;
};

struct AnalysisJob {
  std::string kind;  ///< "moments"
  std::string name;  ///< unique within the job
  Options options;
  ArrayOptions arrays = {};
};

/// How arrays are stored.
struct ArrayStorage {
  std::string dtype;                 ///< empty: the input's for its own kind of values, else float64 and integers
  int deflate = -1;                  ///< level 0 to 9, or -1 for none
  std::vector<std::int64_t> chunks;  ///< lengths by dimension of the output; empty: chosen where it takes any

  bool given() const { return !dtype.empty() || deflate >= 0 || !chunks.empty(); }
};

/// A dataset that the job's function takes, under the name that it has there.
struct NamedInput {
  std::string name, file, dataset;
};

/// Everything a run is told, from the command line or a job file.
struct Job {
  /// With `concat` the file may be a pattern: * ? [a-z]; the dataset may be "/group/*". Empty where `inputs` or `shape`
  /// say it all.
  std::string file, dataset;
  std::string concat;               ///< the dimension along which several files are one dataset; empty: one file
  std::vector<NamedInput> inputs;   ///< more datasets for `code`, which calls the one above x
  std::vector<std::int64_t> shape;  ///< of the values, where no dataset need have it; empty: that of the datasets
  std::vector<DimensionSelection> select;
  UserCode code;        ///< what elements are folded as, and which
  bool missing = true;  ///< apply netCDF-4 semantics
  NanPolicy nan = NanPolicy::propagate;

  Mode mode = Mode::automatic;
  int threads = 0;                ///< 0: the cores of the affinity mask (the rank's share of them)
  int processes = 0;              ///< 0: the cores of the affinity mask
  std::int64_t memory_bytes = 0;  ///< 0: a share of what is free
  std::uint64_t seed = 0;
  Combine combine = Combine::automatic;
  bool share_gpus = false;

  std::vector<AnalysisJob> analyses;
  ArrayOptions arrays;  ///< of the command line: for every analysis
  ArrayStorage storage;

  /// Whether the dataset is "/group/*": every numeric dataset of a group, one after the other.
  bool of_group() const { return dataset == "*" || dataset.ends_with("/*"); }
  /// Whether its values have a shape of their own, rather than that of one dataset.
  bool broadcasts() const { return !inputs.empty() || !shape.empty(); }
  /// Whether the results are arrays. Those of a job's analyses all are, or none.
  bool with_arrays() const { return !analyses.empty() && analyses.front().arrays.given(); }

  std::string output;  ///< -o, empty: none
  std::string json;    ///< --json, empty: none; "-": stdout
  bool overwrite = false;
  bool quiet = false;
  bool verbose = false;
};

/// Reads a TOML job file. Keys: [input] file, dataset, in, shape, concat, select, kernel, set, expr, where, missing,
/// nan; [run] mode, threads, processes, memory, seed, combine, share_gpus; [[analysis]] kind, name and the options of its
/// kind; [output] file, json, overwrite. `overrides` are `key=value` pairs (`run.threads=4`), applied before checking.
/// Errors: UsageError listing up to 20 problems as `file:line:column: what (did you mean "x"?)` in one message.
Job read_job_file(const std::string& path, const std::vector<std::string>& overrides);

/// "FILE:/path/to/dataset" -> file and dataset. The last ":/" parts them; a name without one has an empty dataset.
void split_input(const std::string& text, std::string& file, std::string& dataset);

}  // namespace scatterfold

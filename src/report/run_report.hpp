// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fold/options.hpp"
#include "fold/result.hpp"

namespace scatterfold {

/// Seconds of one phase over the ranks.
struct PhaseSpread {
  std::string name;  ///< open, read, decode, copy, compute, combine, write
  double min_s = 0, avg_s = 0, max_s = 0;
};

/// One of several inputs of a job.
struct ReportedInput {
  std::string name, input, dataset, dtype;
  std::vector<std::int64_t> shape;
};

/// Everything a finished run has to tell, on rank 0.
struct RunReport {
  // the job
  std::string input, dataset, dtype;
  std::string name;  ///< of the dataset, in its group
  std::vector<std::int64_t> shape;
  bool broadcasts = false;            ///< `inputs` stand in the place of `input` and `dataset`; `dtype` is the values'
  std::vector<ReportedInput> inputs;  ///< of a job on several, or on none
  double input_bytes = 0;             ///< of their selected elements, as they are in memory
  std::string selection;              ///< "" or "time 0:12:1, lat 3:9:1"
  std::vector<std::string> analyses;  ///< names, in the order of the results
  std::vector<std::pair<std::string, OptionValue>> settings;  ///< more of the job worth recording: {"nan", "skip"}
  // what came out
  std::vector<Result> results;
  std::vector<RunReport> datasets;  ///< of a job on a group: what it found in each, in the place of results
  std::string digest;
  std::string bits = "any";
  // how it ran
  std::string mode;  ///< serial, threads, processes, cuda
  int ranks = 1, processes = 1, threads = 1, gpus = 0;
  std::int64_t elements = 0;          ///< folded in this result, by whichever run
  std::int64_t resumed_elements = 0;  ///< of those, by an earlier run that this one resumed
  std::int64_t bytes_read = 0;        ///< as stored, by this run
  std::int64_t bytes_in_place = 0;    ///< of those, what the CPU folded in the page cache: no time was spent on reading
  double wall_s = 0;
  std::string bottleneck;  ///< read, decode, copy, compute, combine or write
  std::vector<PhaseSpread> phases;
  std::vector<std::string> notes;  ///< at most three, each with a remedy
  std::vector<std::pair<std::string, std::string>> provenance;
};

/// Bytes of one element of that type in memory, "bool" included; 0 where the name is none.
double element_bytes_of(const std::string& dtype);

/// GB/s of elements as they are in memory: what this run folded, over its wall time. 0 where either is unknown.
double throughput_gb_s(const RunReport& report);

/// The JSON document of HOUSE's contract (`schema_version: 1`). One analysis: its fields stand in `result`; several: an
/// object per name. Of a group `datasets` has a document for each dataset's name, as of a job on it alone. Non-finite
/// numbers are the strings "NaN", "Infinity", "-Infinity"; integers past 2^53 are strings; arrays beyond 65536 values
/// are summaries {shape, min, max, sum}.
std::string to_json(const RunReport& report);

/// The result as people read it, for stdout: one `name  value` line per value, each number with the digits it takes to
/// read it back exactly; long arrays as a summary (a histogram with a bar per bin when it has at most 40 bins, else the
/// region that holds its bulk). Of one dataset.
std::string result_table(const RunReport& report);

/// Phases with min/avg/max over ranks and GB/s, the bottleneck and the notes, for stderr. GB/s counts the bytes of the
/// file for `read`, elements as they are in memory for the rest; phases overlap, their shares need not add up to 100 %.
std::string phase_table(const RunReport& report);

/// Version, git hash, compilers, HDF5, CUDA and NCCL of this build, as lines of `--version`.
std::string build_summary();

/// The header of a run's log: at most 25 lines. `ranks` has one line per rank (host, cores, GPU), folded beyond 16.
std::string run_header(const std::string& command_line, const std::vector<std::string>& ranks);

/// Provenance common to all outputs: version, git, command, date (UTC), user's host, libraries.
std::vector<std::pair<std::string, std::string>> build_provenance(const std::string& command_line);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace scatterfold {

/// What the JSON document of one run says that a comparison needs.
struct RunFacts {
  std::string digest, bits = "any";
  int ranks = 1, threads = 1, gpus = 0;
  std::int64_t elements = 0;
  double bytes = 0;   ///< of the elements as they are in memory; 0: not known
  double wall_s = 0;  ///< the run's own, without starting up
  nlohmann::ordered_json job;
};

/// Nothing when the text holds no document of a run; a launcher's own lines around it do no harm.
std::optional<RunFacts> read_run_facts(const std::string& text);

/// The timed runs of one mode.
struct ModeTimes {
  std::string mode;
  int ranks = 1, threads = 1, gpus = 0;
  std::vector<double> command_s;  ///< from fork to exit
  std::vector<double> work_s;     ///< what the runs say of themselves
  std::vector<double> cpu_s;
  std::vector<std::string> digests;  ///< of each run: they must agree too
  std::string absent;                ///< why the mode is not here
  std::string error;                 ///< why it failed
  int exit_code = 0;                 ///< then
  bool ran() const { return absent.empty() && error.empty() && !command_s.empty(); }
};

/// A comparison when all runs are done.
struct Comparison {
  RunFacts facts;  ///< of the first run: the job, its elements, the class of its bits
  int repeat = 0, cores = 1;
  double free_bytes = 0;
  std::vector<ModeTimes> modes;
};

/// Of an even number of values the mean of the middle two; NaN of none.
double median(std::vector<double> values);

/// Bytes of the elements as they are in memory; NaN where they are not known.
double dataset_bytes(const Comparison& comparison);

/// Whether all digests are equal; `kept` is whether those are that `bits` promises to be.
bool same_bits(const Comparison& comparison);
bool bits_kept(const Comparison& comparison);

/// The medians that speed-ups refer to; NaN where no such mode ran.
double serial_median_s(const Comparison& comparison);
double best_cpu_median_s(const Comparison& comparison);

/// What would mislead a reader of the table: start-up, more ranks than cores, a warm page cache, a busy machine.
std::vector<std::string> compare_notes(const Comparison& comparison);

std::string compare_table(const Comparison& comparison);
std::string compare_json(const Comparison& comparison,
                         const std::vector<std::pair<std::string, std::string>>& provenance);

}  // namespace scatterfold

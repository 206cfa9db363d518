// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace scatterfold {

struct RunReport;

/// What the notes need to know beside the report.
struct BottleneckFacts {
  int cores = 1;                   ///< that a process may use
  int local_ranks = 1;             ///< that share them
  std::int64_t runs = 0;           ///< the most that a rank had to hand out to its threads
  int threads_without_memory = 0;  ///< of a rank, that had no part for lack of memory
  int host_cores = 0;              ///< all of the host, where a launcher may have given the ranks fewer; else 0
  bool filtered = false;           ///< chunks are stored through filters, and decoded here
  bool through_library = false;    ///< read with H5Dread
  bool without_library = false;    ///< of several files, others than those
  std::string storage_remedy;      ///< which storage would not need that; "" where none is known
  std::int64_t storage_bytes = 0;  ///< that the ranks had fetched from storage; the rest came from the page cache
  bool shared_gpus = false;        ///< --share-gpus
  bool gpu_build = false;          ///< this program has --mode cuda
  int idle_ranks = 0;              ///< that had no element to fold, where others had
  // the rank that took longest to read, decode and compute
  int slowest_rank = 0;
  double slowest_s = 0, average_s = 0;
  double slowest_elements = 0;  ///< its part of all elements, 0 to 1
};

/// What held the run up and what would help, from measured numbers alone: at most one note on the phase that took more
/// than half of the time and one on unbalanced ranks, neither on runs shorter than 0.5 s, where starting up and noise
/// decide; and one on ranks without work.
std::vector<std::string> bottleneck_notes(const RunReport& report, const BottleneckFacts& facts);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "report/bottleneck_notes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/parse.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

constexpr double shortest_run_s = 0.5;
/// A phase that takes more of the wall time than this holds the run up.
constexpr double large_share = 0.5;
/// Ranks are unbalanced when the slowest takes so many times the average, and the others wait this share of the time.
constexpr double much_slower = 1.5, much_waiting = 0.1;

PhaseSpread phase_named(const RunReport& report, const std::string& name) {
  const auto found = std::ranges::find(report.phases, name, &PhaseSpread::name);
  return found == report.phases.end() ? PhaseSpread{name} : *found;
}

/// "81 %", never more than there is: phases of one GPU overlap.
std::string percent(double seconds, double of) { return fmt::format("{:.0f} %", 100 * std::min(1.0, seconds / of)); }

std::string more_nodes(const RunReport& report) {
  return report.ranks > 1 && report.mode != "processes" ? "more nodes would help"
                                                        : "ranks on more nodes (mpirun, srun) would help";
}

/// What would give the work of cores more cores. `otherwise`: what helps when all are taken.
std::string more_cores(const RunReport& report, const BottleneckFacts& facts, const std::string& otherwise) {
  // A GPU's readers share the spans of a run.
  if (facts.runs <= report.threads && report.gpus == 0)
    return "it is stored in too few chunks for more threads: smaller ones would help";
  if (const int without = facts.threads_without_memory; without > 0) {
    return fmt::format("{} of {} threads had no part: more memory (--memory) would help", without, report.threads);
  }
  const int in_use = report.threads * facts.local_ranks;
  if (in_use >= facts.cores) {
    const int taken = std::min(report.threads, facts.cores) * facts.local_ranks;
    if (taken < facts.host_cores) {
      return fmt::format("more cores to a rank (mpirun --map-by slot:PE=N, with {}) would help ({} of {} in use)",
                         report.mode == "serial" ? "--mode threads" : "--threads N", taken,
                         counted(facts.host_cores, "core"));
    }
    return report.ranks == 1
               ? fmt::format("{} taken: {}", facts.cores == 1 ? "its one core is" : "all its cores are", otherwise)
               : otherwise;
  }
  const std::string what = report.mode == "serial"      ? "--mode threads"
                           : report.mode == "processes" ? "more processes (--processes)"
                                                        : "more threads (--threads)";
  if (report.ranks == 1 || report.mode == "processes")
    return fmt::format("{} would help ({} of {} in use)", what, in_use, counted(facts.cores, "core"));
  return fmt::format("{} would help ({} of a host with {} each, and {} to use)", what,
                     counted(facts.local_ranks, "rank"), counted(report.threads, "thread"),
                     counted(facts.cores, "core"));
}

/// How long a GPU had neither data to copy nor to compute with. At least: copying and computing overlap.
std::string idle_text(const RunReport& report, const BottleneckFacts& facts) {
  const double idle_s = report.wall_s - phase_named(report, "copy").max_s - phase_named(report, "compute").max_s;
  if (report.gpus == 0 || facts.shared_gpus || idle_s <= 0) return "";
  return fmt::format(", and {} waited for at least {} of it", report.gpus == 1 ? "the GPU" : "every GPU",
                     percent(idle_s, report.wall_s));
}

std::string decode_note(const RunReport& report, const BottleneckFacts& facts, const std::string& share) {
  return fmt::format("{}-bound: {} went into decoding {}{}; {}", facts.filtered ? "decompression" : "decoding", share,
                     facts.filtered ? "chunks" : "values", idle_text(report, facts),
                     more_cores(report, facts, more_nodes(report)));
}

std::string read_note(const RunReport& report, const BottleneckFacts& facts, const std::string& share, double read_s) {
  const std::string start = fmt::format("reading-bound: {} went into reading at {:.2f} GB/s", share,
                                        static_cast<double>(report.bytes_read - report.bytes_in_place) / read_s / 1e9);
  if (facts.through_library) {
    if (facts.storage_remedy.empty()) return "";
    return fmt::format("{}{} through the HDF5 library, one thread at a time; {}", start,
                       facts.without_library ? ", part of it" : "", facts.storage_remedy);
  }
  const std::string stop = idle_text(report, facts) + "; ";
  if (2 * facts.storage_bytes > report.bytes_read)
    return fmt::format("{}, most of it from storage{}faster storage would help", start, stop);
  return start + stop + more_cores(report, facts, more_nodes(report));
}

std::string compute_note(const RunReport& report, const BottleneckFacts& facts, const std::string& share) {
  if (report.gpus > 0)
    return fmt::format("compute-bound: up to {} went into kernels; ranks on more GPUs would help", share);
  return fmt::format("compute-bound: {} went into computing; {}", share,
                     more_cores(report, facts, more_nodes(report) + (facts.gpu_build ? ", or --mode cuda" : "")));
}

/// Of the phase that took longest. `seconds` are those of the slowest rank.
std::string phase_note(const RunReport& report, const BottleneckFacts& facts, const PhaseSpread& phase) {
  const std::string share = percent(phase.max_s, report.wall_s) + " of the time";
  if (phase.name == "decode") return decode_note(report, facts, share);
  if (phase.name == "read") return read_note(report, facts, share, phase.max_s);
  if (phase.name == "compute") return compute_note(report, facts, share);
  if (phase.name == "copy")
    return fmt::format("copy-bound: up to {} went into copying to the GPU; ranks on more GPUs would help", share);
  if (phase.name == "combine" && report.ranks > 1)
    return fmt::format("combine-bound: {} went into combining the results of {} ranks; {} would help", share,
                       report.ranks,
                       report.mode == "processes" ? "--mode threads" : "fewer ranks, with more threads each,");
  return "";
}

std::string balance_note(const RunReport& report, const BottleneckFacts& facts) {
  const double waited_s = facts.slowest_s - facts.average_s;
  if (report.ranks < 2 || facts.slowest_s <= much_slower * facts.average_s || waited_s < much_waiting * report.wall_s)
    return "";
  const std::string start =
      fmt::format("unbalanced ranks: rank {} took {:.1f} s for its share, the average is {:.1f} s", facts.slowest_rank,
                  facts.slowest_s, facts.average_s);
  if (facts.slowest_elements * report.ranks > much_slower) {
    // The library's way shares chunks as if all were selected.
    return fmt::format("{}; it had {:.0f} % of the elements: {}", start, 100 * facts.slowest_elements,
                       facts.through_library && !facts.storage_remedy.empty()
                           ? facts.storage_remedy
                           : "smaller chunks or fewer ranks would share them better");
  }
  return start + "; see whether its host is busy, slower, or gives it fewer cores";
}

}  // namespace

std::vector<std::string> bottleneck_notes(const RunReport& report, const BottleneckFacts& facts) {
  std::vector<std::string> notes;
  if (facts.idle_ranks > 0) {
    notes.push_back(fmt::format("{} of {} ranks had nothing to fold: fewer ranks would do as well", facts.idle_ranks,
                                report.ranks));
  }
  if (report.wall_s < shortest_run_s) return notes;
  const PhaseSpread phase = phase_named(report, report.bottleneck);
  if (phase.max_s > large_share * report.wall_s) notes.push_back(phase_note(report, facts, phase));
  notes.push_back(balance_note(report, facts));
  std::erase(notes, "");
  return notes;
}

}  // namespace scatterfold

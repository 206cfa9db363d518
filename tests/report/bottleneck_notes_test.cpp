// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "report/bottleneck_notes.hpp"

#include <gtest/gtest.h>

#include "report/run_report.hpp"

namespace scatterfold {
namespace {

using Notes = std::vector<std::string>;

/// A run of 10 s on one process with 2 threads of 8 cores, in which `phase` took `seconds`.
struct LongRun {
  explicit LongRun(const std::string& phase, double seconds = 8.1) {
    report.mode = "threads";
    report.threads = 2;
    report.wall_s = 10;
    report.bytes_read = 16200000000;
    report.bottleneck = phase;
    report.phases = {{phase, seconds, seconds, seconds}};
    facts.cores = 8;
    facts.runs = 1000;
    facts.filtered = true;
  }
  Notes notes() const { return bottleneck_notes(report, facts); }
  std::string note() const { return notes().size() == 1 ? notes()[0] : std::to_string(notes().size()) + " notes"; }

  RunReport report;
  BottleneckFacts facts;
};

TEST(BottleneckNotes, decoding_wants_the_idle_cores) {
  LongRun run("decode");
  EXPECT_EQ(
      run.note(),
      "decompression-bound: 81 % of the time went into decoding chunks; more threads (--threads) would help (2 of "
      "8 cores in use)");
  run.report.mode = "serial", run.report.threads = 1;
  EXPECT_TRUE(run.note().ends_with("; --mode threads would help (1 of 8 cores in use)")) << run.note();
  run.report.mode = "processes", run.report.ranks = run.facts.local_ranks = 4;
  EXPECT_TRUE(run.note().ends_with("; more processes (--processes) would help (4 of 8 cores in use)")) << run.note();
  run.report.mode = "threads";
  EXPECT_TRUE(run.note().ends_with(
      "; more threads (--threads) would help (4 ranks of a host with 1 thread each, and 8 cores to use)"))
      << run.note();
}

TEST(BottleneckNotes, ranks_without_work_are_told_of_even_in_short_runs) {
  LongRun run("open");
  run.report.ranks = 7, run.report.wall_s = 0.1, run.facts.idle_ranks = 5;
  EXPECT_EQ(run.note(), "5 of 7 ranks had nothing to fold: fewer ranks would do as well");
}

TEST(BottleneckNotes, decoding_without_filters_is_no_decompression) {
  LongRun run("decode");
  run.facts.filtered = false;
  EXPECT_TRUE(run.note().starts_with("decoding-bound: 81 % of the time went into decoding values; ")) << run.note();
}

TEST(BottleneckNotes, where_all_cores_are_taken_more_nodes_help) {
  LongRun run("decode");
  run.report.threads = 8;
  EXPECT_TRUE(run.note().ends_with("; all its cores are taken: ranks on more nodes (mpirun, srun) would help"))
      << run.note();
  run.report.ranks = run.facts.local_ranks = 2;
  EXPECT_TRUE(run.note().ends_with("decoding chunks; more nodes would help")) << run.note();
}

TEST(BottleneckNotes, ranks_that_are_bound_to_few_cores_can_have_more_of_their_host) {
  LongRun run("decode");
  run.report.ranks = run.facts.local_ranks = 2;
  run.facts.cores = 2, run.facts.host_cores = 8;
  EXPECT_TRUE(run.note().ends_with(
      "; more cores to a rank (mpirun --map-by slot:PE=N, with --threads N) would help (4 of 8 cores in use)"))
      << run.note();
  run.report.ranks = run.facts.local_ranks = 1;
  run.report.mode = "serial", run.report.threads = 1, run.facts.cores = 1;
  EXPECT_TRUE(run.note().ends_with("slot:PE=N, with --mode threads) would help (1 of 8 cores in use)")) << run.note();
  run.facts.host_cores = 1;
  EXPECT_TRUE(run.note().ends_with("; its one core is taken: ranks on more nodes (mpirun, srun) would help"))
      << run.note();
}

TEST(BottleneckNotes, threads_are_not_asked_for_where_more_would_do_nothing) {
  LongRun run("decode");
  run.facts.runs = 2;
  EXPECT_TRUE(run.note().ends_with("; it is stored in too few chunks for more threads: smaller ones would help"))
      << run.note();
  run.facts.threads_without_memory = 1, run.facts.runs = 1000;
  EXPECT_TRUE(run.note().ends_with("; 1 of 2 threads had no part: more memory (--memory) would help")) << run.note();
}

TEST(BottleneckNotes, the_GPU_waited_for_what_is_left_of_copying_and_computing) {
  LongRun run("decode");
  run.report.mode = "cuda";
  run.report.gpus = 1;
  run.report.phases.push_back({"copy", 0.5, 0.5, 0.5});
  run.report.phases.push_back({"compute", 0.4, 0.4, 0.4});
  EXPECT_EQ(run.note(),
            "decompression-bound: 81 % of the time went into decoding chunks, and the GPU waited for at least 91 % of "
            "it; more threads (--threads) would help (2 of 8 cores in use)");
  run.facts.shared_gpus = true;  // others may have used it
  EXPECT_EQ(run.note().find("waited"), std::string::npos) << run.note();
}

TEST(BottleneckNotes, reading_tells_its_rate_and_where_the_data_was) {
  LongRun run("read");
  EXPECT_EQ(run.note(),
            "reading-bound: 81 % of the time went into reading at 2.00 GB/s; more threads (--threads) would help (2 of "
            "8 cores in use)");
  run.facts.storage_bytes = run.report.bytes_read;
  EXPECT_EQ(run.note(),
            "reading-bound: 81 % of the time went into reading at 2.00 GB/s, most of it from storage; faster storage "
            "would help");
}

TEST(BottleneckNotes, reading_through_the_library_names_the_storage_that_needs_none) {
  LongRun run("read");
  run.facts.through_library = true;
  run.facts.storage_remedy = "other filters would help";
  EXPECT_EQ(run.note(),
            "reading-bound: 81 % of the time went into reading at 2.00 GB/s through the HDF5 library, one thread at a "
            "time; other filters would help");
  run.facts.without_library = true;
  EXPECT_TRUE(
      run.note().ends_with(" GB/s, part of it through the HDF5 library, one thread at a time; other filters "
                           "would help"))
      << run.note();
  run.facts.storage_remedy.clear();
  EXPECT_EQ(run.notes(), Notes{});
}

TEST(BottleneckNotes, computing_wants_cores_or_GPUs) {
  LongRun run("compute");
  EXPECT_EQ(run.note(),
            "compute-bound: 81 % of the time went into computing; more threads (--threads) would help (2 of 8 cores in "
            "use)");
  run.report.threads = 8;
  run.facts.gpu_build = true;
  EXPECT_TRUE(run.note().ends_with("ranks on more nodes (mpirun, srun) would help, or --mode cuda")) << run.note();
  run.report.gpus = 1;
  EXPECT_EQ(run.note(), "compute-bound: up to 81 % of the time went into kernels; ranks on more GPUs would help");
  EXPECT_EQ(LongRun("copy", 12).note(),
            "copy-bound: up to 100 % of the time went into copying to the GPU; ranks on more GPUs would help");
}

TEST(BottleneckNotes, combining_is_a_matter_of_ranks) {
  LongRun run("combine");
  EXPECT_EQ(run.notes(), Notes{});
  run.report.ranks = 16;
  EXPECT_EQ(run.note(),
            "combine-bound: 81 % of the time went into combining the results of 16 ranks; fewer ranks, with more "
            "threads each, would help");
  run.report.mode = "processes";
  EXPECT_TRUE(run.note().ends_with("; --mode threads would help")) << run.note();
}

TEST(BottleneckNotes, unbalanced_ranks_are_named) {
  LongRun run("compute", 4);
  run.report.ranks = 4;
  run.facts.slowest_rank = 3;
  run.facts.slowest_s = 8;
  run.facts.average_s = 4;
  run.facts.slowest_elements = 0.25;
  EXPECT_EQ(run.note(),
            "unbalanced ranks: rank 3 took 8.0 s for its share, the average is 4.0 s; see whether its host is busy, "
            "slower, or gives it fewer cores");
  run.facts.slowest_elements = 0.5;
  EXPECT_TRUE(
      run.note().ends_with("; it had 50 % of the elements: smaller chunks or fewer ranks would share them "
                           "better"))
      << run.note();
  run.facts.average_s = 6;
  EXPECT_EQ(run.notes(), Notes{});
}

TEST(BottleneckNotes, runs_that_are_short_or_have_no_bottleneck_get_none) {
  EXPECT_EQ(LongRun("decode", 4.9).notes(), Notes{});
  EXPECT_EQ(LongRun("open").notes(), Notes{});
  EXPECT_EQ(bottleneck_notes({}, {}), Notes{});
  LongRun run("decode", 0.4);
  run.report.wall_s = 0.49;
  EXPECT_EQ(run.notes(), Notes{});
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/compare.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "driver/compare_child.hpp"
#include "driver/compare_modes.hpp"
#include "driver/compare_report.hpp"

namespace scatterfold {
namespace {

using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

template <class Body>
std::string error_of(ExitCode code, const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

ModeTimes times(const std::string& mode, std::vector<double> seconds, const std::string& digest) {
  ModeTimes times;
  times.mode = mode;
  times.digests.assign(seconds.size(), digest);
  times.work_s = times.cpu_s = times.command_s = std::move(seconds);
  return times;
}

Comparison small_comparison() {
  Comparison comparison;
  comparison.repeat = 3;
  comparison.cores = 2;
  comparison.facts.digest = "aa";
  comparison.facts.elements = 500000000;
  comparison.facts.bytes = 2e9;
  comparison.facts.job = {
      {"analysis", "moments"}, {"input", "a.h5"}, {"dataset", "/x"}, {"dtype", "float32"}, {"shape", {5, 2}}};
  comparison.modes = {times("serial", {4, 3.9, 4.1}, "aa"), times("threads", {2, 2.1, 1.9}, "aa"),
                      times("cuda", {0.5, 0.5, 0.5}, "aa")};
  return comparison;
}

TEST(CompareArguments, what_is_not_its_own_goes_to_the_runs_in_order) {
  const CompareOptions options =
      parse_compare_arguments({"--repeat", "5", "histogram", "a.h5:/x", "--range", "-5,5", "-d", "time,0,12",
                               "--threads=3", "--modes", "serial,mpi", "--bins", "50"});
  EXPECT_EQ(options.job, (Words{"histogram", "a.h5:/x", "--range", "-5,5", "-d", "time,0,12", "--bins", "50"}));
  EXPECT_EQ(options.repeat, 5);
  EXPECT_EQ(options.threads, 3);
  EXPECT_EQ(options.modes, (Words{"serial", "mpi"}));
}

TEST(CompareArguments, help_is_text) { EXPECT_TRUE(contains(parse_compare_arguments({"--help"}).help, "--modes")); }

TEST(CompareArguments, nonsense_is_refused) {
  for (const Words& words :
       {Words{}, Words{"moments", "a.h5:/x", "--modes", "sreial"}, Words{"moments", "a.h5:/x", "--repeat", "0"},
        Words{"moments", "a.h5:/x", "-o", "b.h5"}, Words{"moments", "a.h5:/x", "--mode=serial"},
        Words{"moments", "a.h5:/x", "--repeat"}, Words{"moments", "a.h5:/x", "--timeout", "0s"}}) {
    error_of(ExitCode::usage, [&] { parse_compare_arguments(words); });
  }
}

TEST(CompareModes, every_mode_has_its_command) {
  CompareOptions options;
  options.job = {"moments", "a.h5:/x"};
  const CompareMachine machine{.cores = 2, .gpus = 2, .mpirun = "/usr/bin/mpirun"};
  const auto modes = plan_modes(options, machine, "/p");
  ASSERT_EQ(modes.size(), 6u);
  EXPECT_EQ(modes[0].command, (Words{"/p", "moments", "a.h5:/x", "--mode", "serial", "--json", "-"}));
  EXPECT_EQ(modes[1].command,
            (Words{"/p", "moments", "a.h5:/x", "--mode", "threads", "--threads", "2", "--json", "-"}));
  EXPECT_EQ(modes[2].command,
            (Words{"/p", "moments", "a.h5:/x", "--mode", "processes", "--processes", "2", "--json", "-"}));
  EXPECT_EQ(modes[3].command, (Words{"/usr/bin/mpirun", "-np", "4", "--bind-to", "none", "--oversubscribe", "/p",
                                     "moments", "a.h5:/x", "--mode", "serial", "--json", "-"}));
  EXPECT_EQ(modes[5].command, (Words{"/usr/bin/mpirun", "-np", "2", "--bind-to", "none", "/p", "moments", "a.h5:/x",
                                     "--mode", "cuda", "--json", "-"}));
  EXPECT_EQ(modes[5].gpus, 2);
}

TEST(CompareModes, a_job_file_is_overridden_key_by_key) {
  CompareOptions options;
  options.job = {"J.toml", "--set", "run.seed=1"};
  options.modes = {"threads"};
  options.threads = 7;
  const auto modes = plan_modes(options, CompareMachine(), "/p", "/tmp/r.h5");
  ASSERT_EQ(modes.size(), 1u);
  EXPECT_EQ(modes[0].command,
            (Words{"/p", "run", "J.toml", "--set", "run.seed=1", "--set", "run.mode=threads", "--set", "run.threads=7",
                   "--set", "output.json=-", "--set", "output.file=/tmp/r.h5", "--set", "output.overwrite=true"}));
}

TEST(CompareModes, what_is_not_here_says_why) {
  CompareOptions options;
  options.job = {"moments", "a.h5:/x"};
  const auto modes = plan_modes(options, CompareMachine(), "/p");
  EXPECT_EQ(modes[0].absent, "");
  EXPECT_EQ(modes[3].absent, "no mpirun on the PATH");
  EXPECT_EQ(modes[4].absent, "no GPU here");
}

TEST(CompareChild, keeps_output_code_and_time) {
  const ChildRun run =
      run_child({"/bin/sh", "-c", "echo out; echo err >&2; sleep 0.1; exit 3"}, child_environment(), 10);
  EXPECT_EQ(run.out, "out\n");
  EXPECT_EQ(run.err, "err\n");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_GE(run.seconds, 0.1);
  EXPECT_LT(run.seconds, 5);
  EXPECT_FALSE(run.timed_out);
}

TEST(CompareChild, more_output_than_a_pipe_holds_does_no_harm) {
  EXPECT_EQ(run_child({"/bin/sh", "-c", "head -c 1000000 /dev/zero"}, child_environment(), 10).out.size(), 1000000u);
}

TEST(CompareChild, a_child_that_hangs_is_ended_with_its_children) {
  const ChildRun run = run_child({"/bin/sh", "-c", "sleep 100 & echo $!; wait"}, child_environment(), 0.2);
  EXPECT_TRUE(run.timed_out);
  EXPECT_LT(run.seconds, 5);
  EXPECT_TRUE(contains(failure_text(run, 0.2), "no result within 0.2 s"));
  const pid_t grandchild = std::stoi(run.out);
  for (int i = 0; i < 100 && kill(grandchild, 0) == 0; ++i) usleep(10000);
  // Where nobody reaps orphans its entry may stay as a zombie; what matters is that it does not sleep on.
  std::ifstream stat("/proc/" + std::to_string(grandchild) + "/stat");
  std::string pid, name, state = "gone";
  stat >> pid >> name >> state;
  EXPECT_TRUE(state == "gone" || state == "Z" || state == "X") << state;
}

TEST(CompareChild, failures_say_what_happened) {
  EXPECT_TRUE(contains(failure_text(run_child({"/no/such/program"}, child_environment(), 10), 10),
                       "cannot start /no/such/program"));
  EXPECT_EQ(failure_text(
                run_child({"/bin/sh", "-c", "echo x >&2; echo 'scatterfold: error: no file' >&2; echo y >&2; exit 3"},
                          child_environment(), 10),
                10),
            "no file");
  EXPECT_TRUE(contains(failure_text(run_child({"/bin/sh", "-c", "kill -9 $$"}, child_environment(), 10), 10),
                       "ended by signal 9"));
  EXPECT_EQ(failure_text(run_child({"/bin/sh", "-c", "echo oh >&2; exit 9"}, child_environment(), 10), 10),
            "exit code 9, its last line: oh");
}

TEST(CompareReport, the_bytes_of_a_group_are_those_of_its_datasets) {
  const auto facts = read_run_facts(
      "{\"job\": {\"analysis\": \"moments\", \"input\": \"a.h5\", \"dataset\": \"/g/*\"}, \"run\": {\"elements\": 30}, "
      "\"datasets\": {\"a\": {\"job\": {\"dtype\": \"float64\"}, \"run\": {\"elements\": 10}}, "
      "\"b\": {\"job\": {\"dtype\": \"int16\"}, \"run\": {\"elements\": 20}}}}");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->bytes, 10 * 8 + 20 * 2);
  Comparison comparison;
  comparison.facts = *facts;
  EXPECT_NE(compare_table(comparison).find("moments of a.h5:/g/*, 120 B\n"), std::string::npos);
}

TEST(CompareReport, reads_what_a_run_says) {
  const auto facts = read_run_facts(
      "mpirun says hello\n{\"job\": {\"dtype\": \"float32\"}, \"result_digest\": \"ab\", \"bits\": \"backend\", "
      "\"run\": {\"ranks\": 1, \"processes\": 4, \"threads\": 2, \"gpus\": 0, \"elements\": \"9007199254740993\", "
      "\"wall_s\": 0.5}}\n");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->digest, "ab");
  EXPECT_EQ(facts->bits, "backend");
  EXPECT_EQ(facts->ranks, 4);
  EXPECT_EQ(facts->elements, 9007199254740993);
  EXPECT_EQ(facts->wall_s, 0.5);
  EXPECT_EQ(facts->bytes, 4.0 * 9007199254740993);
  EXPECT_FALSE(read_run_facts(""));
  EXPECT_FALSE(read_run_facts("{ not json }"));
  EXPECT_FALSE(read_run_facts("{\"run\": 3, \"job\": {}}"));
}

TEST(CompareReport, median_of_odd_even_and_none) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_TRUE(std::isnan(median({})));
}

TEST(CompareReport, json_is_the_contract) {
  Comparison comparison = small_comparison();
  comparison.modes[1].error = "broken";
  comparison.modes[1].exit_code = 5;
  const Json document = Json::parse(compare_json(comparison, {{"git", "x"}}));
  EXPECT_EQ(document["same_bits"], true);
  const Json& cuda = document["modes"][2];
  EXPECT_EQ(cuda["mode"], "cuda");
  EXPECT_EQ(cuda["median_s"], 0.5);
  EXPECT_EQ(cuda["speedup_serial"], 8.0);
  EXPECT_EQ(cuda["speedup_best_cpu"], 8.0);  // threads failed: serial is the best that is left
  EXPECT_EQ(cuda["throughput_gb_s"], 4.0);
  EXPECT_EQ(cuda["failed"], false);
  const Json& threads = document["modes"][1];
  EXPECT_EQ(threads["failed"], true);
  EXPECT_EQ(threads["median_s"], nullptr);
  EXPECT_EQ(threads["error"], "broken");
}

TEST(CompareReport, without_serial_there_is_no_speed_up_over_it) {
  Comparison comparison = small_comparison();
  comparison.modes.erase(comparison.modes.begin());
  EXPECT_EQ(Json::parse(compare_json(comparison, {}))["modes"][1]["speedup_serial"], nullptr);
  EXPECT_EQ(Json::parse(compare_json(comparison, {}))["modes"][1]["speedup_best_cpu"], 4.0);
}

TEST(CompareReport, bits_are_compared_as_the_analysis_promises) {
  Comparison comparison = small_comparison();
  EXPECT_TRUE(same_bits(comparison) && bits_kept(comparison));
  comparison.modes[2].digests.assign(3, "bb");
  EXPECT_FALSE(same_bits(comparison) || bits_kept(comparison));
  EXPECT_TRUE(contains(compare_table(comparison), "THE BITS DIFFER"));
  comparison.facts.bits = "backend";
  EXPECT_TRUE(!same_bits(comparison) && bits_kept(comparison));
  comparison.modes[2].digests[1] = "cc";  // not even the same from run to run
  EXPECT_FALSE(bits_kept(comparison));
  comparison.facts.bits = "tolerance";
  EXPECT_TRUE(bits_kept(comparison));
}

TEST(CompareReport, table_has_a_row_per_mode) {
  Comparison comparison = small_comparison();
  comparison.modes.push_back(times("mpi+cuda", {}, ""));
  comparison.modes.back().absent = "no GPU here";
  const std::string table = compare_table(comparison);
  EXPECT_TRUE(contains(table, "moments of a.h5:/x, float32 (5, 2), 1.9 GiB\n")) << table;
  EXPECT_TRUE(contains(
      table, "serial               1 x 1     4.000      3.900 .. 4.100    0.50      1.00        0.50    1.0  yes\n"))
      << table;
  EXPECT_TRUE(contains(table, "mpi+cuda   no GPU here\n")) << table;
  EXPECT_TRUE(contains(table, "same bits in all of them: aa\n")) << table;
}

TEST(CompareReport, notes_tell_what_misleads) {
  Comparison comparison = small_comparison();
  ModeTimes mpi = times("mpi", {1, 1, 1}, "aa");
  mpi.ranks = 4;
  mpi.work_s.assign(3, 0.1);
  comparison.modes.push_back(mpi);
  comparison.modes[0].command_s = {4, 4, 8};
  std::string all;
  for (const std::string& note : compare_notes(comparison)) all += note + '\n';
  EXPECT_TRUE(contains(all, "mpi: 4 ranks take turns on 2 cores")) << all;
  EXPECT_TRUE(contains(all, "mpi: 0.900 of 1.000 s are starting up")) << all;
  EXPECT_TRUE(contains(all, "serial: the times lie 100 % apart")) << all;
  EXPECT_TRUE(contains(all, "from memory")) << all;
  comparison.free_bytes = 1e9;
  EXPECT_TRUE(contains(compare_notes(comparison).back(), "larger than the free memory"));
}

/// The program itself, end to end.
class CompareProgram : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = (std::filesystem::temp_directory_path() / "scatterfold-compare-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    const ChildRun made = scatterfold({"generate", folder_ + "/a.h5:/x", "--shape", "300,1000"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static ChildRun scatterfold(Words arguments) {
    arguments.insert(arguments.begin(), SCATTERFOLD_PROGRAM);
    return run_child(arguments, child_environment(), 120);
  }
  std::string folder_;
};

TEST_F(CompareProgram, gives_the_same_bits_in_every_cpu_mode) {
  Words words = {"compare", "moments", folder_ + "/a.h5:/x",      "--repeat", "2", "--json",
                 "-",       "--modes", "serial,threads,processes"};
  const bool mpi = !this_machine(0).mpirun.empty();
  if (mpi) words.back() += ",mpi";
  const ChildRun run = scatterfold(words);
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Json document = Json::parse(run.out);
  EXPECT_EQ(document["same_bits"], true);
  std::string command = "scatterfold";
  for (const std::string& word : words) command += " " + word;
  EXPECT_EQ(document["provenance"]["command"], command);
  ASSERT_EQ(document["modes"].size(), mpi ? 4u : 3u);
  for (const Json& mode : document["modes"]) {
    EXPECT_EQ(mode["failed"], false);
    EXPECT_GT(mode["median_s"], 0.0);
    EXPECT_EQ(mode["digest"].get<std::string>().size(), 32u);
  }
  EXPECT_TRUE(contains(run.err, "same bits in all of them")) << run.err;
}

TEST_F(CompareProgram, takes_a_job_file_and_leaves_its_output_alone) {
  std::ofstream(folder_ + "/j.toml") << "[input]\nfile = \"" << folder_
                                     << "/a.h5\"\ndataset = \"/x\"\n[[analysis]]\nkind = \"moments\"\n"
                                     << "[output]\nfile = \"" << folder_ << "/result.h5\"\n";
  const ChildRun run = scatterfold({"compare", folder_ + "/j.toml", "--repeat", "1", "--modes", "serial,threads"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_TRUE(contains(run.out, "threads  ")) << run.out;
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/result.h5"));
}

TEST_F(CompareProgram, what_is_wrong_with_the_job_is_one_line_and_its_code) {
  const ChildRun run = scatterfold({"compare", "moments", folder_ + "/b.h5:/x"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.err.starts_with("scatterfold: error: ")) << run.err;
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
}

TEST_F(CompareProgram, a_mode_that_was_asked_for_must_be_here) {
  if (this_machine(0).mpirun.empty()) GTEST_SKIP() << "no mpirun to hide";
  const ChildRun run = run_child({SCATTERFOLD_PROGRAM, "compare", "moments", folder_ + "/a.h5:/x", "--modes", "mpi"},
                                 {"PATH=/nowhere"}, 60);
  EXPECT_EQ(run.exit_code, 5) << run.err;
}

}  // namespace
}  // namespace scatterfold

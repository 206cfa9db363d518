// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/program.hpp"

/// Bad input, bad requests and bad surroundings: one line, one code, in time, and nothing left behind (FAULTS).
namespace scatterfold::cli {
namespace {

class Errors : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new ScratchFolder;
    const Outcome made = scatterfold({"generate", good(), "--shape", "100,80", "--chunks", "10,80", "-q"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  static void TearDownTestSuite() {
    delete scratch_;
    scratch_ = nullptr;
  }
  void SetUp() override { before_ = scratch_->names(); }
  void TearDown() override { EXPECT_EQ(scratch_->names(), before_) << "a failed run leaves no file"; }

  static std::string at(const std::string& name) { return *scratch_ / name; }
  static std::string good() { return at("good.h5") + ":/t2m"; }

  /// A scratch file that is not left behind.
  struct Temporary {
    std::string path;
    ~Temporary() { std::filesystem::remove(path); }
  };

  static ScratchFolder* scratch_;
  Words before_;
};
ScratchFolder* Errors::scratch_ = nullptr;

// ---- what the command line says (case 23 says the same of job files)

TEST_F(Errors, UsageIsTwo) {
  const std::vector<std::pair<Words, std::string>> wrong = {
      {{"momnets", good()}, "did you mean moments?"},
      {{"moments"}, "input is required"},
      {{"plan", "momnets", good()}, "did you mean moments?"},
      {{"moments", good(), "--bogus"}, "moments has no option --bogus: see scatterfold moments --help"},
      {{"moments", good(), "--bin", "3"}, "moments has no option --bin: see"},
      {{"histogram", "--bin", "10", good()}, "histogram has no option --bin: did you mean --bins?"},
      {{"histogram", good(), "--bin=10"}, "histogram has no option --bin: did you mean --bins?"},
      {{"plan", "moments", good(), "--thread", "3"}, "moments has no option --thread: did you mean --threads?"},
      {{"run", "job.toml", "--sett", "x=3"}, "run has no option --sett: did you mean --set?"},
      {{"generate", "--shap", "3", at("never.h5")}, "generate has no option --shap: did you mean --shape?"},
      {{"compare", "--repeet", "3", "moments", good()}, "compare has no option --repeet: did you mean --repeat?"},
      {{"compare", "--mode", "serial", "moments", good()}, "choose with --modes"},
      {{"--versio"}, "scatterfold has no option --versio: did you mean --version?"},
      {{"moments", good(), "--bo\ngus"}, "moments has no option --bo gus"},
      {{"moments", good(), "-"}, "one word too many for moments (\"-\")"},
      {{"moments", good(), "b.h5:/x"}, "one word too many for moments (\"b.h5:/x\")"},
      {{"moments", good(), "--json", "-q"}, "--json has no value, -q follows it: name a file"},
      {{"moments", good(), "--json=-q"}, "--json has no value, -q follows it"},
      {{"moments", good(), "-o", "-5"}, "--output has no value, -5 follows it"},
      {{"moments", good(), "--threads", "-q"}, "--threads has no value, -q follows it: give one"},
      {{"moments", good(), "-d", "--nan", "skip"}, "--select has no value, --nan follows it"},
      {{"compare", "moments", good(), "--json", "-q"}, "--json has no value, -q follows it"},
      {{"generate", at("never.h5"), "--shape", "-q"}, "--shape has no value, -q follows it"},
      {{"histogram", good(), "--range", "-inf,0"}, "two finite numbers"},
      {{"moments", good(), "--order", "3"}, "the order of moments is 2 or 4"},
      {{"moments", good(), "--nan", "maybe"}, "use one of propagate, skip, error"},
      {{"moments", good(), "--mode", "gpu"}, "use one of auto, serial, threads, processes, cuda"},
      {{"moments", good(), "--threads", "0"}, "use 1 to 65536"},
      {{"moments", good(), "--memory", "4 bananas"}, "not a size"},
      {{"moments", good(), "--memory", "0"}, "--memory is 0 bytes, and the least is 1 KiB: give for instance 4GiB"},
      {{"moments", good(), "--memory", "4"}, "--memory is 4 bytes, and the least is 1 KiB: did you mean 4GiB?"},
      {{"moments", good(), "--memory", "0.5KiB"}, "--memory is 512 bytes, and the least is 1 KiB: give for"},
      {{"moments", good(), "--seed", "-3"}, "--seed is -3"},
      {{"moments", ":/t2m"}, "no file in the input"},
      {{"moments", good(), "-d", "7,0,1"}, "there is no dimension \"7\""},
      {{"moments", good(), "-d", "lat,0,1"}, "there is no dimension \"lat\""},
      {{"moments", good(), "-d", "0,0,101"}, "index 101 is outside dimension 0 of length 100"},
      {{"moments", good(), "-d", "0,-101,"}, "index -101 is outside dimension 0"},
      {{"moments", good(), "-d", "0,0"}, "not a selection"},
      {{"moments", good(), "-d", "0,0,9,0"}, "step 0"},
      {{"moments", good(), "-d", "0,,,9223372036854775808"}, "below 2^63"},
      {{"moments", good(), "-d", "0,0,9", "-d", "-2,0,9"}, "dimension 0 is selected twice"},
      {{"histogram", good(), "--bins", "0"}, "1 to 16777216 bins"},
      {{"histogram", good(), "--bins", "2.5"}, "not a whole number"},
      {{"histogram", good(), "--range", "3,3"}, "two finite numbers, the lower one first"},
      {{"histogram", good(), "--range", "0,inf"}, "two finite numbers"},
      {{"histogram", good(), "--range", "0,nan"}, "NaN has no meaning here"},
      {{"histogram", good(), "--range", "7"}, "use two numbers"},
      {{"histogram", good(), "--range", "1,2,3"}, "--range is \"1,2,3\": use two numbers, as in 250,320"},
      {{"histogram", good(), "--range", "1,1.0000000000000002", "--bins", "3"}, "narrower than float64 can tell apart"},
  };
  for (const auto& [words, part] : wrong) {
    SCOPED_TRACE(as_text(words));
    expect_error(scatterfold(words), 2, part, 2);
  }
}

// ---- case 5

TEST_F(Errors, InputsOfTheWrongKindAreThreeEach) {
  if (python().empty()) GTEST_SKIP() << "no Python with h5py";
  const Temporary bad{at("bad.h5")}, empty{at("empty.h5")}, text{at("text.h5")}, classic{at("classic.nc")},
      huge{at("huge.h5")};
  run_python(
      "f = h5py.File(sys.argv[1], 'w')\n"
      "f['temperature'] = np.ones((4, 5), 'f4')\n"
      "f['text'] = np.array([b'a', b'bc'])\n"
      "f['words'] = np.array(['a', 'bc'], dtype=h5py.string_dtype())\n"
      "f['compound'] = np.zeros(3, dtype=[('a', 'i4'), ('b', 'f8')])\n"
      "f['complex'] = np.zeros(3, 'c16')\n"
      "f['long'] = np.zeros(3, np.longdouble)\n"
      "f['group/x'] = np.arange(3)\n"
      "f.create_dataset('lists', (2,), dtype=h5py.vlen_dtype('i4'))\n"
      "f['outside'] = h5py.ExternalLink('not_there.h5', '/x')\n"
      "f['dangling'] = h5py.SoftLink('/not_there')\n",
      {bad.path});
  spill(empty.path, "");
  spill(text.path, std::string(10000, 'x'));
  spill(classic.path, "CDF\x01" + std::string(300, '\0'));
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {at("absent.h5") + ":/x", "cannot open " + at("absent.h5") + ": No such file or directory"},
      {scratch_->path().string() + ":/x", "is a directory"},
      {empty.path + ":/x", "empty file"},
      {text.path + ":/x", "not an HDF5 file"},
      {classic.path + ":/x", "nccopy -k nc4"},
      {"/dev/null:/x", "not a regular file"},
      {bad.path, "no dataset named"},
      {bad.path + ":/temprature", "did you mean /temperature?"},
      {bad.path + ":/group", "/group is a group"},
      {bad.path + ":/group/y", "no dataset /group/y"},
      {bad.path + ":/text", "strings"},
      {bad.path + ":/words", "strings"},
      {bad.path + ":/compound", "compound"},
      {bad.path + ":/complex", "complex"},
      {bad.path + ":/long", "80 bits"},
      {bad.path + ":/lists", "variable-length"},
      {bad.path + ":/outside", "/outside"},
      {bad.path + ":/dangling", "/dangling"},
  };
  for (const auto& [input, part] : wrong) {
    SCOPED_TRACE(input);
    expect_error(scatterfold({"moments", input, "--mode", "serial"}), 3, part, 2);
    expect_error(scatterfold({"plan", "moments", input}), 3, part, 2);
  }
  expect_error(scatterfold({"moments", bad.path + ":/temprature", "--mode", "processes", "--processes", "3"}), 3,
               "did you mean /temperature?", 2);
  if (!has_mpirun()) GTEST_SKIP() << "no mpirun";
  // All ranks see the same: none is named.
  expect_error(scatterfold({"moments", at("absent.h5") + ":/x"}, {.ranks = 3}), 3, "error: cannot open", 2);
  expect_error(scatterfold({"moments", bad.path + ":/text"}, {.ranks = 4}), 3, "error: /text holds strings", 2);
}

TEST_F(Errors, TruncatedFileNamesBothSizes) {
  const Temporary cut{at("cut.h5")};
  const std::string whole = slurp(at("good.h5"));
  spill(cut.path, whole.substr(0, whole.size() / 2));

  const Outcome outcome = scatterfold({"moments", cut.path + ":/t2m"});

  expect_error(outcome, 3, std::to_string(whole.size() / 2) + " bytes", 2);
  EXPECT_NE(outcome.err.find(std::to_string(whole.size())), std::string::npos);
}

// ---- case 3

TEST_F(Errors, InputMissingOnOneRankNamesRankAndHost) {
  if (!has_mpirun()) GTEST_SKIP() << "no mpirun";
  // Each rank starts in a folder of its own; only rank 2's has no file.
  const Temporary script{at("each.sh")};
  for (const char* rank : {"0", "1", "2", "3"}) {
    std::filesystem::create_directory(at(std::string("home") + rank));
    if (std::string(rank) != "2") std::filesystem::copy(at("good.h5"), at(std::string("home") + rank + "/in.h5"));
  }
  spill(script.path, "cd \"$(dirname \"$0\")/home$OMPI_COMM_WORLD_RANK\" && exec " SCATTERFOLD_PROGRAM " \"$@\"\n");

  const Outcome outcome =
      run_command({"sh", script.path, "moments", "in.h5:/t2m", "--mode", "serial", "-o", at("out.h5")}, {.ranks = 4});

  expect_error(outcome, 3, "rank 2 (", 2);
  EXPECT_NE(outcome.err.find("cannot open in.h5: No such file"), std::string::npos) << outcome.err;
  for (const char* home : {"home0", "home1", "home2", "home3"}) std::filesystem::remove_all(at(home));
}

TEST_F(Errors, DifferentFilesOnTheRanksAreRefused) {
  if (!has_mpirun()) GTEST_SKIP() << "no mpirun";
  const Temporary script{at("each.sh")};
  for (const char* rank : {"0", "1"}) {
    std::filesystem::create_directory(at(std::string("home") + rank));
    scatterfold({"generate", at(std::string("home") + rank + "/in.h5") + ":/t2m", "--shape",
                 rank == std::string("0") ? "100,80" : "100,81", "-q"});
  }
  spill(script.path, "cd \"$(dirname \"$0\")/home$OMPI_COMM_WORLD_RANK\" && exec " SCATTERFOLD_PROGRAM " \"$@\"\n");

  const Outcome outcome = run_command({"sh", script.path, "moments", "in.h5:/t2m", "--mode", "serial"}, {.ranks = 2});

  expect_error(outcome, 3, "copy the same file to all nodes", 2);
  for (const char* home : {"home0", "home1"}) std::filesystem::remove_all(at(home));
}

// ---- cases 16, 17, 18, and processes under a launcher

TEST_F(Errors, RankZeroSpeaksEvenWhenItComesLast) {
  if (!has_mpirun()) GTEST_SKIP() << "no mpirun";
  const Temporary script{at("late.sh")};
  spill(script.path, "[ $OMPI_COMM_WORLD_RANK = 0 ] && sleep 0.4\nexec " SCATTERFOLD_PROGRAM " \"$@\"\n");

  const Outcome outcome = run_command({"sh", script.path, "moments", good(), "--bogus"}, {.ranks = 3});

  expect_error(outcome, 2, "--bogus", 2);
}

TEST_F(Errors, ProcessesUnderALauncherAreUsage) {
  if (!has_mpirun()) GTEST_SKIP() << "no mpirun";
  expect_error(scatterfold({"moments", good(), "--mode", "processes"}, {.ranks = 3}), 2,
               "--mode processes makes its own processes and cannot run under mpirun", 2);
}

TEST_F(Errors, SingletonsOfTheWrongLauncherAreRefusedOnce) {
  // Four tasks of srun without PMI, started one after the other: only task 0 speaks.
  Environment step = {
      {"SLURM_JOB_ID", "77"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_NTASKS", "4"}};
  for (const char* task : {"0", "3"}) {
    step["SLURM_PROCID"] = task;
    const Outcome outcome =
        scatterfold({"moments", good(), "--mode", "serial", "-o", at("out.h5")}, {.environment = step});
    EXPECT_EQ(outcome.code, 5);
    EXPECT_LT(outcome.seconds, 6);
    EXPECT_EQ(outcome.error_lines().size(), task[0] == '0' ? 1u : 0u) << outcome.err;
    if (task[0] == '0') {
      EXPECT_NE(outcome.err.find("4 tasks launched but MPI sees 1"), std::string::npos) << outcome.err;
      EXPECT_NE(outcome.err.find("use srun --mpi=pmix or mpirun"), std::string::npos) << outcome.err;
    }
  }
}

TEST_F(Errors, APlainRunInsideABatchScriptIsLegal) {
  const Environment script = {
      {"SLURM_JOB_ID", "77"}, {"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}, {"SLURM_NPROCS", "4"}};
  EXPECT_EQ(scatterfold({"moments", good(), "--mode", "serial"}, {.environment = script}).code, 0);
}

// ---- case 23

TEST_F(Errors, JobFilesAreRefusedBeforeAnyDataIsTouched) {
  const Temporary job{at("job.toml")};
  const std::string input = "[input]\nfile = \"" + at("absent.h5") + ":/x\"\n",
                    analysis = "[[analysis]]\nkind = \"moments\"\n";
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {input + "datset = \"/x\"\n" + analysis,
       "job.toml:3:1: unknown key \"datset\" in [input] (did you mean \"dataset\"?)"},
      {"[input]\nfile = \"a\"\nfile = \"b\"\n" + analysis, "job.toml:3:"},
      {input + "[run]\nthreads = \"four\"\n" + analysis, "job.toml:4:11: "},
      {input + "[run]\nmemory = \"4 bananas\"\n" + analysis, "not a size"},
      {input + "[run]\nthreads = nan\n" + analysis, "NaN"},
      {input + "[run]\nthreads = 1e300\n" + analysis, "job.toml:4:11: "},
      {input + "[run]\nthreads = 99999999999999999999\n" + analysis, "job.toml:4:"},
      {"[input]\nfile = \"\xff\xfe\"\n" + analysis, "job.toml:2:"},
      {input, "no analysis"},
      {analysis, "no input file"},
      {"", "no input file"},
      {std::string("\0\0\0", 3), "job.toml:1:"},
      {input + "[[analysis]]\nkind = \"momnets\"\n", "did you mean \"moments\"?"},
      {input + "[[analysis]]\nkind = \"histogram\"\nrange = [3, 3]\n", "the lower one first"},
      {input + analysis + analysis, "a second analysis \"moments\""},
  };
  for (const auto& [text, part] : wrong) {
    SCOPED_TRACE(text);
    spill(job.path, text);
    expect_error(scatterfold({"run", job.path}), 2, part, 1);
  }
  // CRLF is fine: then the input is missed.
  std::string windows;
  for (const char c : input + analysis) windows += c == '\n' ? "\r\n" : std::string(1, c);
  spill(job.path, windows);
  expect_error(scatterfold({"run", job.path}), 3, "cannot open", 2);
  // 100 MB of it are not read.
  spill(job.path, input + std::string(100000000, '#') + "\n" + analysis);
  expect_error(scatterfold({"run", job.path}), 2, "too large", 1);
  expect_error(scatterfold({"run", at("absent.toml")}), 2, "No such file", 1);
  expect_error(scatterfold({"run", scratch_->path()}), 2, "directory", 1);
  if (!has_mpirun()) GTEST_SKIP() << "no mpirun";
  spill(job.path, wrong[0].first);
  expect_error(scatterfold({"run", job.path}, {.ranks = 4}), 2, "datset", 1);
}

TEST_F(Errors, TwentyProblemsOfAJobFileAreToldAtOnce) {
  const Temporary job{at("job.toml")};
  std::string text = "[input]\nfile = \"a\"\n[[analysis]]\nkind = \"moments\"\n[run]\n";
  for (int i = 0; i < 30; ++i) text += "wrong" + std::to_string(i) + " = 1\n";
  spill(job.path, text);

  const Outcome outcome = scatterfold({"run", job.path});

  expect_error(outcome, 2, "job.toml:6:1: unknown key \"wrong0\"", 1);
  EXPECT_NE(outcome.err.find("job.toml:25:1: unknown key \"wrong19\""), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("wrong20"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("and 10 more"), std::string::npos) << outcome.err;
}

// ---- case 25

TEST_F(Errors, OutputsThatCannotBeAreRefusedBeforeComputing) {
  const Temporary old{at("old.h5")}, link{at("link.h5")}, hard{at("hard.h5")}, dangling{at("dangling.h5")};
  spill(old.path, "kept");
  std::filesystem::create_symlink(at("good.h5"), link.path);
  std::filesystem::create_hard_link(at("good.h5"), hard.path);
  std::filesystem::create_symlink(at("no/such/folder.h5"), dangling.path);
  const std::string input_bytes = slurp(at("good.h5"));
  const std::vector<std::pair<Words, std::string>> wrong = {
      {{"-o", old.path}, "exists: name another or add --overwrite"},
      {{"-o", at("good.h5")}, "is the input"},
      {{"-o", at("good.h5"), "--overwrite"}, "is the input"},
      {{"-o", link.path, "--overwrite"}, "is the input"},
      {{"-o", hard.path, "--overwrite"}, "is the input"},
      {{"-o", dangling.path}, "no folder"},
      {{"-o", at("no/folder.h5")}, "no folder"},
      {{"-o", at("good.h5/out.h5")}, "good.h5"},
      {{"-o", scratch_->path()}, "is a directory"},
      {{"-o", "/dev/null", "--overwrite"}, "is not a regular file"},
      {{"-o", "/proc/out.h5"}, "/proc/.out.h5.partial"},
      {{"--json", at("no/folder.json")}, "no folder"},
      {{"--json", scratch_->path()}, "is a directory"},
      {{"--json", at("good.h5")}, "is the input"},
      {{"--json", link.path}, "is the input"},
      {{"--json", "/proc/out.json"}, "/proc/"},
      {{"--json", at("same"), "-o", at("same")}, "named twice"},
      {{"--json", scratch_->path() / "." / "same", "-o", at("same")}, "named twice"},
  };
  for (const auto& [output, part] : wrong) {
    SCOPED_TRACE(as_text(output));
    Words words = {"moments", good(), "--mode", "serial"};
    words.insert(words.end(), output.begin(), output.end());
    expect_error(scatterfold(words), 4, part, 2);
  }
  expect_error(scatterfold({"moments", good(), "--mode", "processes", "--processes", "3", "-o", old.path}), 4, "exists",
               2);
  if (has_mpirun()) expect_error(scatterfold({"moments", good(), "-o", old.path}, {.ranks = 3}), 4, "exists", 2);
  EXPECT_EQ(slurp(old.path), "kept");
  EXPECT_EQ(slurp(at("good.h5")), input_bytes);
}

TEST_F(Errors, ASecondJobWithTheSameOutputIsRefused) {
  // The first job waits with its claim, which is what the fault "hang" is for.
  const std::string out = at("shared.h5");
  const pid_t first = fork();
  if (first == 0) {
    setenv("SCATTERFOLD_FAULT", "point=fold,kind=hang", 1);
    const int null = open("/dev/null", O_RDWR);
    dup2(null, 1);
    dup2(null, 2);
    execl(SCATTERFOLD_PROGRAM, SCATTERFOLD_PROGRAM, "moments", good().c_str(), "-o", out.c_str(), nullptr);
    _exit(127);
  }
  for (int i = 0; i < 500 && !std::filesystem::exists(at(".shared.h5.partial")); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }

  expect_error(scatterfold({"moments", good(), "-o", out}), 4, "another job is writing", 2);

  kill(first, SIGKILL);
  waitpid(first, nullptr, 0);
  // What the killed job left is taken over.
  EXPECT_EQ(scatterfold({"moments", good(), "-o", out}).code, 0);
  std::filesystem::remove(out);
}

TEST_F(Errors, AResultThatDoesNotGetOutIsNoSuccess) {
  const std::vector<Words> commands = {{"moments", good()},
                                       {"histogram", good(), "--bins", "5000", "--json", "-", "-q"},
                                       {"inspect", at("good.h5")},
                                       {"plan", "moments", good()},
                                       {"--version"}};
  for (const Words& command : commands) {
    Words shell = {"sh", "-c", "exec \"$0\" \"$@\" >/dev/full", SCATTERFOLD_PROGRAM};
    shell.insert(shell.end(), command.begin(), command.end());
    SCOPED_TRACE(as_text(command));
    expect_error(run_command(shell, {}), 4, "No space left on device", 2);
  }
  expect_error(scatterfold({"moments", good(), "--json", "/dev/full"}), 4, "/dev/full", 2);
}

TEST_F(Errors, AReportThatDoesNotGetOutLeavesNoOtherOutput) {
  const ScratchFolder scratch;
  const std::string out = scratch / "out.h5";
  expect_error(scatterfold({"moments", good(), "-o", out, "--json", "/dev/full"}), 4, "/dev/full", 2);
  EXPECT_EQ(scratch.names(), Words{});

  spill(out, "an earlier result");
  expect_error(scatterfold({"moments", good(), "-o", out, "--overwrite", "--json", "/dev/full"}), 4, "/dev/full", 2);
  EXPECT_EQ(slurp(out), "an earlier result");
  EXPECT_EQ(scratch.names(), Words{"out.h5"});
}

TEST_F(Errors, AFullStderrDoesNotFailARun) {
  const Outcome outcome =
      run_command({"sh", "-c", "exec \"$0\" \"$@\" 2>/dev/full", SCATTERFOLD_PROGRAM, "moments", good()}, {});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("digest"), std::string::npos);
}

}  // namespace
}  // namespace scatterfold::cli

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <regex>

#include "base/error.hpp"
#include "driver/job.hpp"
#include "driver/parse_selection.hpp"

namespace scatterfold {
namespace {

class JobFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("scatterfold_job_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    path_ = (folder_ / "job.toml").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Job read(const std::string& text, const std::vector<std::string>& overrides = {}) {
    std::ofstream(path_, std::ios::binary) << text;
    return read_job_file(path_, overrides);
  }

  /// The error of a job file, with its path written as "job".
  std::string error_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
    try {
      read(text, overrides);
    } catch (const UsageError& error) {
      std::string message = error.what();
      for (std::size_t at; (at = message.find(path_)) != std::string::npos;) message.replace(at, path_.size(), "job");
      return message;
    }
    return "no error";
  }

  /// The same; where in its line a parser of TOML stops is its own affair.
  std::string without_columns(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return std::regex_replace(error_of(text, overrides), std::regex("job:([0-9]+):[0-9]+:"), "job:$1:");
  }

  void expect_error(const std::string& text, const std::string& part, const std::vector<std::string>& overrides = {}) {
    const std::string message = error_of(text, overrides);
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }

  std::filesystem::path folder_;
  std::string path_;
};

const std::string good =
    "[input]\nfile = \"a.h5\"\ndataset = \"/x\"\n[run]\nthreads = 2\n[[analysis]]\nkind = \"moments\"\norder = 4\n"
    "[[analysis]]\nkind = \"histogram\"\nname = \"h\"\nbins = 10\nrange = [0, 1.5]\n";

TEST_F(JobFile, ReadsEveryKey) {
  const Job job = read(
      "[input]\nfile = \"a.h5\"\ndataset = \"/g/x\"\nselect = [\"time,0,10\", \"lat,-5,,2\"]\nmissing = \"off\"\nnan = "
      "\"skip\"\n"
      "[run]\nmode = \"threads\"\nthreads = 3\nprocesses = 2\nmemory = \"1.5GiB\"\nseed = 1e6\ncombine = "
      "\"mpi\"\nshare_gpus = true\n"
      "[[analysis]]\nkind = \"moments\"\n[[analysis]]\nkind = \"histogram\"\nname = \"fine\"\nbins = 1e3\nrange = [-1, "
      "2.5]\n"
      "[output]\nfile = \"out.h5\"\njson = \"-\"\noverwrite = true\n");
  EXPECT_EQ(job.file, "a.h5");
  EXPECT_EQ(job.dataset, "/g/x");
  ASSERT_EQ(job.select.size(), 2u);
  EXPECT_EQ(job.select[1].dimension, "lat");
  EXPECT_EQ(job.select[1].low, -5);
  EXPECT_EQ(job.select[1].high, std::nullopt);
  EXPECT_EQ(job.select[1].step, 2);
  EXPECT_FALSE(job.missing);
  EXPECT_EQ(job.nan, NanPolicy::skip);
  EXPECT_EQ(job.mode, Mode::threads);
  EXPECT_EQ(job.threads, 3);
  EXPECT_EQ(job.processes, 2);
  EXPECT_EQ(job.memory_bytes, std::int64_t{3} << 29);
  EXPECT_EQ(job.seed, 1000000u);
  EXPECT_EQ(job.combine, Combine::mpi);
  EXPECT_TRUE(job.share_gpus);
  ASSERT_EQ(job.analyses.size(), 2u);
  EXPECT_EQ(job.analyses[0].name, "moments");
  EXPECT_EQ(job.analyses[1].name, "fine");
  EXPECT_EQ(std::get<std::int64_t>(job.analyses[1].options.at("bins")), 1000);
  EXPECT_EQ(std::get<Range>(job.analyses[1].options.at("range")), (Range{-1, 2.5}));
  EXPECT_EQ(job.output, "out.h5");
  EXPECT_EQ(job.json, "-");
  EXPECT_TRUE(job.overwrite);
}

TEST_F(JobFile, TakesCrlfAndFileWithDataset) {
  std::string text = "[input]\nfile = \"a.h5:/x\"\n[[analysis]]\nkind = \"moments\"\n";
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.replace(at, 1, "\r\n");
  const Job job = read(text);
  EXPECT_EQ(job.file, "a.h5");
  EXPECT_EQ(job.dataset, "/x");
}

TEST_F(JobFile, UnknownKeysGetAPlaceAndASuggestion) {
  expect_error("[input]\nfile = \"a\"\ndatset = \"/x\"\n",
               "job:3:1: unknown key \"datset\" in [input] (did you mean \"dataset\"?)");
  expect_error("[inptu]\nfile = \"a\"\n", "unknown key \"inptu\" in a job file (did you mean \"input\"?)");
  expect_error("threads = 4\n" + good, "job:1:1: unknown key \"threads\" in a job file (it belongs to [run])");
  expect_error(good + "  bin = 3\n",
               "job:14:3: unknown key \"bin\" in [[analysis]] of kind histogram (did you mean \"bins\"?)");
  expect_error("[input]\nfile=\"a\"\n[[analysis]]\nkind = \"momnets\"\n",
               "job:4:8: unknown analysis \"momnets\" (did you mean \"moments\"?)");
  expect_error("[input]\nfile=\"a\"\nnan = \"skp\"\n", "job:3:7: unknown value \"skp\" (did you mean \"skip\"?)");
}

TEST_F(JobFile, WrongTypesUnitsAndNumbers) {
  const auto run = [](const std::string& line) {
    return "[run]\n" + line + "\n" + good.substr(0, good.find("[run]")) + good.substr(good.find("[["));
  };
  expect_error(run("threads = \"four\""), "job:2:11: a text where a whole number is wanted");
  expect_error(run("threads = 2.5"), "2.5 where a whole number is wanted");
  expect_error(run("threads = nan"), "NaN where a whole number is wanted");
  expect_error(run("threads = 0"), "0 is out of range: give 1 to 65536");
  expect_error(run("threads = 1e300"), "where a whole number is wanted");
  expect_error(run("threads = 99999999999999999999999"), "job:2:");
  expect_error(run("threads = 2020-01-01"), "a date or time where a whole number is wanted");
  expect_error(run("seed = -1"), "out of range");
  expect_error(run("memory = \"4 bananas\""), "job:2:10: not a size (\"4 bananas\")");
  expect_error(run("memory = \"0\""), "job:2:10: memory is 0 bytes, and the least is 1 KiB: give for instance 4GiB");
  expect_error(run("memory = 4"), "job:2:10: memory is 4 bytes, and the least is 1 KiB: did you mean 4GiB?");
  expect_error(run("memory = -4"), "job:2:10: not a size");
  expect_error(run("memory = \"1e300GiB\""), "less than 2^63");
  expect_error(run("share_gpus = 1"), "a whole number where true or false is wanted");
  expect_error("run = 3\n" + good.substr(0, good.find("[run]")) + good.substr(good.find("[[")),
               "write a section [run]");
  expect_error("[input]\nfile = \"a\"\nselect = \"time\"\n", "job:3:10: not a selection");
  expect_error("[input]\nfile = 3\n", "a whole number where a text in quotes is wanted");
  expect_error(good + "[output]\nfile = \"\"\n", "an empty text");
}

TEST_F(JobFile, OptionsOfAnalysesAreChecked) {
  const std::string head = "[input]\nfile = \"a\"\n[[analysis]]\nkind = \"histogram\"\n";
  expect_error(head + "range = [0, nan]\n", "job:5:13: NaN where a number is wanted");
  expect_error(head + "range = [0]\n", "two numbers are wanted");
  expect_error(head + "range = 7\n", "two numbers are wanted");
  expect_error(head + "range = \"1,2,3\"\n", "\"1,2,3\" where two numbers are wanted");
  expect_error(head + "bins = \"many\"\n", "a text where a whole number is wanted");
  expect_error("[input]\nfile = \"a\"\n[[analysis]]\nkind = \"moments\"\norder = 3\n", "job:4:8: ");
  expect_error("[input]\nfile = \"a\"\n[[analysis]]\nbins = 3\n", "job:3:1: an analysis without a kind");
  expect_error("[input]\nfile = \"a\"\n[analysis]\nkind = \"moments\"\n", "two brackets");
  expect_error("analysis = [3]\n[input]\nfile = \"a\"\n", "a whole number where a section [[analysis]] is wanted");
  expect_error("[input]\nfile = \"a\"\n[[analysis]]\nkind=\"moments\"\n[[analysis]]\nkind=\"moments\"\n",
               "a second analysis \"moments\"");
  expect_error("[input]\nfile = \"a\"\n[[analysis]]\nkind=\"moments\"\nname = \"a/b\"\n", "cannot name a group");
}

TEST_F(JobFile, DimensionsMayBeNumbers) {
  const std::string head = "[input]\nfile = \"a\"\n[[analysis]]\nkind = \"moments\"\n";
  EXPECT_EQ(read(head + "dims = [0, -1, \"lat\"]\n").analyses[0].arrays.dims,
            (std::vector<std::string>{"0", "-1", "lat"}));
  EXPECT_EQ(read(head + "dims = 2\n").analyses[0].arrays.dims, std::vector<std::string>{"2"});
  EXPECT_EQ(read(head, {"analysis.moments.dims=1"}).analyses[0].arrays.dims, std::vector<std::string>{"1"});
  expect_error(head + "dims = [0, 1.5]\n",
               "job:5:12: a number where a dimension's name in quotes, or its number, is wanted");
  expect_error(head + "dims = true\n", "job:5:8: true or false where a dimension's name");
  expect_error(head + "dims = []\n", "job:5:8: an empty list: leave the key out or fill it");
  expect_error(head + "dims = 0\nonly = [3]\n", "job:6:9: a whole number where a text in quotes is wanted");
  expect_error(head + "dims = 0\nonly = []\n", "job:6:8: an empty list");
  expect_error(head + "dims = 0\n[output]\nchunks = []\n", "job:7:10: an empty list");
  expect_error(head + "dim = 0\n", "unknown key \"dim\"");
}

TEST_F(JobFile, WhatMustBeThere) {
  expect_error("", "no input file");
  expect_error("", "no analysis");
  expect_error("[input]\nfile = \"a\"\n", "no analysis: write [[analysis]]");
}

TEST_F(JobFile, BrokenTomlGetsLineAndColumn) {
  expect_error("[input]\nfile = \"a\"\nfile = \"b\"\n", "job:3:");
  expect_error("[input]\nfile = \"a\"\n[input]\n", "job:3:");
  expect_error("[input]\nfile = \"a\xff\"\n", "job:2:");
  expect_error("[input\n", "job:1:");
  expect_error(std::string("\0\0\0", 3), "job:1:");
  expect_error("a = " + std::string(100000, '['), "job:1:");
  expect_error("x = \"" + std::string(900000, 'y'), "job:1:");
  std::string deep = "[input";
  for (int i = 0; i < 500000; ++i) deep += ".a";
  expect_error("\n" + deep + "]\n", "job:2:1: keys nested too deeply");
  EXPECT_NO_THROW(read("# " + std::string(1000, '.') + "\n" + good));
}

TEST_F(JobFile, BrokenTomlIsToldInOurWords) {
  const std::string head = "[input]\nfile = \"a\"\n";
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"file = \"b\"", "job:3: \"file\" is given twice: keep one of them"},
      {"[input]", "job:3: \"input\" is given twice: keep one of them"},
      {"nan = skip", "job:3: no value (nan = skip): put texts in quotes, as in mode = \"threads\""},
      {"nan = \"skip", "job:3: a text without its closing quote (nan = \"skip): add it"},
      {"nan \"skip\"", "job:3: no = behind a key (nan \"skip\"): write key = value"},
      {"nan =", "job:3: no value behind = (nan =): give one, or leave the line out"},
      {"nan = \"skip\" please", "job:3: something behind a value (nan = \"skip\" please): leave it out"},
      {"dataset = \"C:\\d\"", "a backslash in a text (dataset = \"C:\\d\"): write it twice"},
      {"[run]\nthreads = 04", "job:4: a number that begins with 0 (threads = 04): write it without"},
      {"[run]\nthreads = 99999999999999999999", "a number past 64 bits (threads = 99999999999999999999)"},
      {"[run]\nthreads = 1e400", "a number past float64 (threads = 1e400): give a smaller one"},
      {"[run]\nmemory = 4GiB", "job:4: no number (memory = 4GiB): put what has a unit in quotes"},
      {"[output]\noverwrite = True", "no value (overwrite = True): put texts in quotes, or write true or false"},
      {"select = [\"a,0,1\",\n[[analysis]]", "job:4: a list before [[analysis]] has no end: add its ]"},
      {"[run", "job:3: no section ([run): write [input], [run], [[analysis]] or [output] on a line of its own"},
      {"nan = \"\xff\"", "job:3: bytes that are no UTF-8: save the file as UTF-8"},
      {std::string("\0", 1), "job:3: no TOML (?): write [section] and key = value"},
  };
  for (const auto& [line, part] : wrong) {
    const std::string message = without_columns(head + line + "\n[[analysis]]\nkind = \"moments\"\n");
    EXPECT_EQ(message.rfind("job:", 0), 0u) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message << "\nwanted " << part;
    EXPECT_EQ(message.find("while parsing"), std::string::npos) << message;
  }
}

TEST_F(JobFile, WhatIsWrongBeforeBrokenTomlIsToldToo) {
  EXPECT_EQ(without_columns("[input]\nfil = \"a\"\n[run]\nthreads = \"four\"\nmode = fast\n[output]\njson = 3\n"),
            "job:2: unknown key \"fil\" in [input] (did you mean \"file\"?)\n"
            "  job:4: a text where a whole number is wanted\n"
            "  job:5: no value (mode = fast): put texts in quotes, or write true or false in small letters");
  // What is not there yet, or not there for an override, may stand behind it.
  EXPECT_EQ(without_columns("[[analysis]]\nkind = moments\n", {"analysis.fine.bins=3"}),
            "job:2: no value (kind = moments): put texts in quotes, as in mode = \"threads\"");
}

TEST_F(JobFile, ManyProblemsAtOnceInOneError) {
  std::string text = "[input]\n";
  for (int i = 0; i < 30; ++i) text += "wrong" + std::to_string(i) + " = 1\n";
  const std::string message = error_of(text);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 20);  // 20 problems, and "and N more"
  EXPECT_EQ(message.rfind("job:", 0), 0u) << message;
  EXPECT_NE(message.find("\n  job:3:1: "), std::string::npos) << message;
  EXPECT_NE(message.find("\n  and 12 more"), std::string::npos) << message;
}

TEST_F(JobFile, FilesThatAreNone) {
  EXPECT_THROW(read_job_file((folder_ / "absent.toml").string(), {}), UsageError);
  EXPECT_THROW(read_job_file(folder_.string(), {}), UsageError);
  std::ofstream(path_).close();
  std::filesystem::resize_file(path_, 100 << 20);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(read_job_file(path_, {}), UsageError);
  EXPECT_THROW(read_job_file("/dev/zero", {}), UsageError);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500));
}

TEST_F(JobFile, OverridesReplaceAndAdd) {
  const Job job =
      read(good, {"run.threads=7", "run.mode=serial", "input.file=b c.h5", "analysis.0.order=2", "analysis.h.bins=1e3",
                  "analysis.1.range=2,3", "output.json=-", "analysis.moments.name=first"});
  EXPECT_EQ(job.threads, 7);
  EXPECT_EQ(job.mode, Mode::serial);
  EXPECT_EQ(job.file, "b c.h5");
  EXPECT_EQ(job.json, "-");
  EXPECT_EQ(std::get<std::int64_t>(job.analyses[0].options.at("order")), 2);
  EXPECT_EQ(job.analyses[0].name, "first");
  EXPECT_EQ(std::get<std::int64_t>(job.analyses[1].options.at("bins")), 1000);
  EXPECT_EQ(std::get<Range>(job.analyses[1].options.at("range")), (Range{2, 3}));
}

TEST_F(JobFile, OverridesAreCheckedAndNamed) {
  expect_error(good, "--set run.thraeds=7: unknown key \"thraeds\" in [run] (did you mean \"threads\"?)",
               {"run.thraeds=7"});
  expect_error(good, "--set run.threads=x: a text where a whole number is wanted", {"run.threads=x"});
  expect_error(good, "--set runn.threads=1: unknown key \"runn\"", {"runn.threads=1"});
  expect_error(good, "give key=value", {"run.threads"});
  expect_error(good, "give key=value", {"run..threads=1"});
  expect_error(good, "give key=value", {"=1"});
  expect_error(good, "no analysis \"7\" here: there are 2", {"analysis.7.bins=1"});
  expect_error(good, "no analysis \"nobody\"", {"analysis.nobody.bins=1"});
  expect_error(good, "no analysis \"\"", {"analysis.0=1"});
  expect_error(good, "--set input.nan=1", {"input.nan=1\n[x]"});
  // A bad value that an override replaces is no problem any more.
  EXPECT_EQ(read("[run]\nthreads = \"x\"\n[input]\nfile = \"a\"\n[[analysis]]\nkind = \"moments\"\n", {"run.threads=2"})
                .threads,
            2);
}

TEST(JobFileExamples, OursAreGood) {
  const std::string folder = std::string(SCATTERFOLD_SOURCE_DIR) + "/inputs";
  int jobs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".toml") continue;
    EXPECT_NO_THROW(read_job_file(entry.path().string(), {})) << entry.path();
    ++jobs;
  }
  EXPECT_GE(jobs, 3);
  EXPECT_EQ(read_job_file(folder + "/two_in_one_pass.toml", {"analysis.coarse.bins=13"}).analyses.size(), 3u);
}

TEST(SplitInput, PartsAtTheLastColonSlash) {
  const auto split = [](const std::string& text) {
    std::string file, dataset;
    split_input(text, file, dataset);
    return std::make_pair(file, dataset);
  };
  using Parts = std::pair<std::string, std::string>;
  EXPECT_EQ(split("a.h5:/x"), (Parts{"a.h5", "/x"}));
  EXPECT_EQ(split("a.h5"), (Parts{"a.h5", ""}));
  EXPECT_EQ(split("/d:/a.h5:/g/x"), (Parts{"/d:/a.h5", "/g/x"}));
  EXPECT_EQ(split("a:b.h5"), (Parts{"a:b.h5", ""}));
  EXPECT_EQ(split(""), (Parts{"", ""}));
}

TEST(ParseSelection, RefusesTheRest) {
  for (const char* text : {"", "time", "time,1", ",1,2", "time,a,2", "time,1,2,0", "time,1,2,-1", "time,1,2,3,4",
                           "time,1.5,2", "time,1,2,"}) {
    EXPECT_THROW(parse_selection(text), UsageError) << text;
  }
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/program.hpp"

/// Several files as one dataset: the same bits in every mode.
namespace scatterfold::cli {
namespace {

class Concat : public testing::Test {
 protected:
  void SetUp() override {
    make("month_02.h5", "9,40,50", {"--chunks", "4,16,50", "--deflate", "1", "--seed", "1"});
    make("month_10.h5", "21,40,50", {"--seed", "2"});
    make("month_01.h5", "70,40,50", {"--chunks", "1,40,50", "--seed", "3"});
  }
  void make(const std::string& name, const std::string& shape, Words more) {
    Words words = {"generate", folder_ / name + ":/t", "--shape", shape, "-q"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(scatterfold(words).code, 0);
  }
  Outcome run(Words more, int ranks = 0, Environment environment = {}) {
    Words words = {"moments", folder_ / "month_*.h5" + ":/t", "--concat", "0", "--json", "-", "-q"};
    words.insert(words.end(), more.begin(), more.end());
    return scatterfold(words, {.ranks = ranks, .environment = std::move(environment)});
  }

  ScratchFolder folder_;
};

TEST_F(Concat, has_the_same_bits_in_every_mode) {
  const Json serial = run({"--mode", "serial"}).json();
  EXPECT_EQ(serial["result"]["count"], 100 * 40 * 50);
  EXPECT_EQ(serial["job"]["shape"], Json({100, 40, 50}));
  EXPECT_EQ(serial["job"]["files"], 3);
  double sum = 0;
  for (const char* name : {"month_01.h5", "month_02.h5", "month_10.h5"}) {
    sum += scatterfold({"moments", folder_ / name + ":/t", "--json", "-", "-q"}).json()["result"]["sum"].get<double>();
  }
  EXPECT_NEAR(serial["result"]["sum"].get<double>(), sum, 1e-6);

  const std::string digest = serial["result_digest"];
  EXPECT_EQ(run({"--mode", "threads", "--threads", "3"}).json()["result_digest"], digest);
  EXPECT_EQ(run({"--mode", "processes", "--processes", "3"}).json()["result_digest"], digest);
  EXPECT_EQ(run({"--mode", "serial"}, 0, {{"SCATTERFOLD_READ", "library"}}).json()["result_digest"], digest);
  if (!has_mpirun()) GTEST_SKIP() << "no mpirun";
  EXPECT_EQ(run({"--mode", "serial"}, 4).json()["result_digest"], digest);
}

TEST_F(Concat, never_writes_on_one_of_its_inputs) {
  const Outcome outcome = run({"-o", folder_ / "month_10.h5", "--overwrite"});
  EXPECT_EQ(outcome.code, 4) << outcome.err;
  EXPECT_EQ(run({}).json()["result"]["count"], 100 * 40 * 50);
}

TEST_F(Concat, is_planned_as_one) {
  const Outcome outcome = scatterfold({"plan", "moments", folder_ / "month_*.h5" + ":/t", "--concat", "0"});
  EXPECT_NE(outcome.out.find("(3 files along 0)"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("80 units"), std::string::npos)
      << "70 and 9 chunks, and a contiguous file: " << outcome.out;
}

TEST_F(Concat, works_from_a_job_file) {
  spill(folder_ / "job.toml",
        "[input]\nfile = \"" + folder_ / "month_*.h5" + ":/t\"\nconcat = \"0\"\n[[analysis]]\nkind = \"moments\"\n");
  const Outcome outcome = scatterfold({"run", folder_ / "job.toml", "--json", "-", "-q"});
  EXPECT_EQ(outcome.json()["result_digest"], run({}).json()["result_digest"]);
}

}  // namespace
}  // namespace scatterfold::cli

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cmath>
#include <limits>
#include <map>

#include "backend/cuda_devices.hpp"
#include "cli/program.hpp"
#include "driver/job.hpp"
#include "driver/open_input.hpp"
#include "driver/run.hpp"
#include "team/run_body.hpp"
#include "team/team_run.hpp"

/// The same job in every mode: the same bits, and the values that NumPy finds.
namespace scatterfold::cli {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

struct Case {
  std::string name, dataset;
  Words select = {};
  std::string missing = "auto", nan = "propagate";
  std::string real_file = {};  ///< of the folder of real data, instead of what data.py makes
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

const std::vector<Case> cases = {
    {"Float32", "f4"},
    {"Float64", "f8"},
    {"Float16", "f2"},
    {"Int16", "i2"},
    {"Uint8", "u1"},
    {"Int64", "i8"},
    {"Uint64", "u8"},
    {"Bool", "bool"},
    {"Float32BigEndian", "f4_big_endian"},
    {"Int16BigEndian", "i2_big_endian"},
    {"OddDeflatedChunks", "f4_chunks"},
    {"BigEndianDeflatedChunks", "i8_chunks"},
    {"BigEndianHalfChunks", "f2_chunks"},
    {"ChunkLargerThanTheData", "large_chunk"},
    {"ChunksOfOneElement", "tiny_chunks"},
    {"ChunksNeverWritten", "holes"},
    {"DatasetNeverWritten", "never_written"},
    {"Scalar", "one"},
    {"OneElement", "single"},
    {"NoElements", "none"},
    {"UnlimitedDimensionOfZero", "none_yet"},
    {"SelectContiguous", "f4", {"0,-30,-1,3", "2,5,,7"}},
    {"SelectRows", "f8", {"0,10,20"}},
    {"SelectBigEndianWithStep", "i2_big_endian", {"1,,,4"}},
    {"SelectAcrossChunks", "f4_chunks", {"0,3,38,5", "1,-25,-2", "2,,,2"}},
    {"SelectNothing", "f4_chunks", {"0,7,7"}},
    {"SelectOneChunkOfMany", "tiny_chunks", {"0,2,3", "1,-1,7"}},
    {"NanPropagates", "nan"},
    {"NanSkipped", "nan", {}, "auto", "skip"},
    {"NanInTheLastElement", "last_nan"},
    {"NanOnly", "all_nan", {}, "auto", "skip"},
    {"Infinite", "inf"},
    {"FillValue", "fill"},
    {"FillValueIgnored", "fill", {}, "off"},
    {"MissingValues", "fill_twice"},
    {"FillValueIsNan", "fill_nan"},
    {"Packed", "packed"},
    {"PackedBigEndianSelected", "packed_big_endian", {"0,5,,2", "1,-40,"}},
    {"PackedIgnored", "packed", {}, "off"},
    {"PackedFloat", "packed_float", {}, "auto", "skip"},
    {"ValidRange", "ranged"},
    {"ValidMin", "at_least"},
    {"UnsignedPacked", "unsigned"},
    {"AllMissing", "all_missing"},
    {"LigoStrain", "strain/Strain", {}, "auto", "propagate", "ligo_h1_gw150914.hdf5"},
    {"NexusFrames", "entry/data/frames", {}, "auto", "propagate", "nexus_saxs_frames.hdf5"},
    {"OstiaTemperature", "surface_temperature", {}, "auto", "propagate", "ostia_monthly.nc"},
    {"OstiaTemperatureSelected",
     "surface_temperature",
     {"0,3,-5,2", "2,100,300"},
     "auto",
     "propagate",
     "ostia_monthly.nc"},
};

std::string real_folder() {
  const char* given = std::getenv("SCATTERFOLD_REAL_DATA");
  return given != nullptr ? given : SCATTERFOLD_SOURCE_DIR "/../shared/data";
}

bool is_there(const Case& c) {
  return c.real_file.empty() || std::filesystem::exists(real_folder() + "/" + c.real_file);
}

/// The data of all cases and NumPy's answers, made once.
struct Data {
  ScratchFolder scratch;
  std::string file = scratch / "data.h5";
  Json expected;
  std::map<std::string, Json> serial;  ///< what one core found, by case, as far as it has run

  Data() {
    Json wanted = Json::array();
    for (const Case& c : cases) {
      if (!is_there(c)) continue;
      const std::string from = c.real_file.empty() ? file : real_folder() + "/" + c.real_file;
      wanted.push_back({{"name", c.name},
                        {"file", from},
                        {"dataset", c.dataset},
                        {"select", c.select},
                        {"missing", c.missing},
                        {"nan", c.nan}});
      Json selection = c.select;
      spill(scratch / (c.name + ".toml"),
            "[input]\nfile = \"" + from + ":/" + c.dataset + "\"\nselect = " + selection.dump() + "\nmissing = \"" +
                c.missing + "\"\nnan = \"" + c.nan +
                "\"\n[[analysis]]\nkind = \"moments\"\n"
                "[[analysis]]\nkind = \"moments\"\nname = \"high\"\norder = 4\n"
                "[[analysis]]\nkind = \"histogram\"\nname = \"ranged\"\nbins = 70\nrange = [250, 320]\n"
                "[[analysis]]\nkind = \"histogram\"\nname = \"automatic\"\nbins = 41\n"
                "[output]\njson = \"-\"\n");
    }
    spill(scratch / "cases.json", wanted.dump());
    const Outcome made = run_command({python(), std::string(SCATTERFOLD_SOURCE_DIR) + "/tests/cli/data.py", file,
                                      scratch / "cases.json", scratch / "expected.json"},
                                     {.limit_s = 300});
    EXPECT_EQ(made.code, 0) << made.err;
    expected = Json::parse(slurp(scratch / "expected.json"), nullptr, false);
  }
};

Data& data() {
  static Data instance;
  return instance;
}

Json run(const Case& c, const std::string& mode, int threads, int processes, int ranks) {
  Words words = {"run", data().scratch / (c.name + ".toml"), "--set", "run.mode=" + mode};
  if (threads > 0) words.insert(words.end(), {"--set", "run.threads=" + std::to_string(threads)});
  if (processes > 0) words.insert(words.end(), {"--set", "run.processes=" + std::to_string(processes)});
  const Outcome outcome = scatterfold(words, {.ranks = ranks});
  EXPECT_EQ(outcome.code, 0) << as_text(words) << "\n" << outcome.err;
  Json document = outcome.json();
  EXPECT_EQ(document["run"]["mode"], mode);
  EXPECT_EQ(document["run"]["ranks"], std::max({1, ranks, processes}));
  return document;
}

const Json& serial_run(const Case& c) {
  const auto [found, fresh] = data().serial.try_emplace(c.name);
  if (fresh) found->second = run(c, "serial", 0, 0, 0);
  return found->second;
}

void expect_same(const Json& other, const Json& serial) {
  EXPECT_EQ(other["result_digest"], serial["result_digest"]) << other["run"].dump();
  EXPECT_EQ(other["result"], serial["result"]) << other["run"].dump();
  EXPECT_EQ(other["run"]["elements"], serial["run"]["elements"]) << other["run"].dump();
}

void skip_without_data() {
  if (python().empty()) GTEST_SKIP() << "no Python with h5py and NumPy: the data cannot be made";
  ASSERT_TRUE(data().expected.is_object()) << "data.py failed, see above";
}

class Modes : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    skip_without_data();
    if (!IsSkipped() && !HasFatalFailure() && !is_there(GetParam())) {
      GTEST_SKIP() << "real data is absent: set SCATTERFOLD_REAL_DATA to its folder (looked in " << real_folder()
                   << ")";
    }
  }
};

double number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  const std::string text = value.get<std::string>();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  return std::stod(text);  // "Infinity" and long integers too
}

bool alike(double a, double b, double bound) {
  return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= bound;
}

/// Sums over n elements by trees err by at most (6 + log2 n) roundings of the sum of magnitudes, here under 32;
/// deviations are taken from a rounded mean, which shifts them by up to 32 eps |mean|. Twice that for the moments
/// joined from them.
void expect_moments(const Json& found, const Json& wanted, bool high) {
  for (const char* name : {"count", "missing", "nan", "inf", "min", "max"})
    EXPECT_EQ(found[name], wanted[name]) << name;
  const double n = number(wanted["count"]), mean = number(wanted["mean"]), std = number(wanted["std"]);
  const double size = std::hypot(mean, std);                    // root mean square, at least the mean of magnitudes
  const double slip = std > 0 ? 64 * epsilon * size / std : 0;  // of a deviation, relative to std
  const auto expect_near = [&](const char* name, double bound) {
    const double f = number(found[name]), w = number(wanted[name]);
    EXPECT_TRUE(alike(f, w, bound)) << name << " " << f << " instead of " << w << " +- " << bound;
  };
  if (wanted["sum"].is_number_float()) {
    expect_near("sum", 32 * epsilon * n * size);
  } else {
    EXPECT_EQ(found["sum"], wanted["sum"]);  // integers: exact
  }
  expect_near("mean", 32 * epsilon * size);
  const double variance = std * std;
  expect_near("variance", variance * (64 * epsilon + slip));
  expect_near("sample_variance", 2 * variance * (64 * epsilon + slip));
  expect_near("std", std * (64 * epsilon + slip));
  if (!high) return;
  // d(m3 / std^3) and d(m4 / std^4) by a common relative error of the deviations; the fourth root of kurtosis + 3 is
  // the size of the largest terms relative to std.
  const double fourth = number(wanted["kurtosis"]) + 3;
  expect_near("skewness", 8 * (1 + std::pow(fourth, 0.75)) * (64 * epsilon + slip));
  expect_near("kurtosis", 8 * (1 + fourth) * (64 * epsilon + slip));
}

void expect_histogram(const Json& found, const Json& wanted) {
  if (wanted.is_null()) return;
  for (const auto& [key, value] : wanted.items()) EXPECT_EQ(found[key], value) << key;
}

TEST_P(Modes, ValuesAreThoseOfNumPyAndBitsTheSame) {
  const Json wanted = data().expected[GetParam().name];

  const Json& serial = serial_run(GetParam());

  const Json& result = serial["result"];
  expect_moments(result["moments"], wanted["moments"], false);
  expect_moments(result["high"], wanted["moments"], true);
  expect_histogram(result["ranged"], wanted["ranged"]);
  expect_histogram(result["automatic"], wanted["automatic"]);
  EXPECT_EQ(serial["run"]["elements"], wanted["elements"]);
  EXPECT_EQ(serial["bits"], "any");
  for (const int threads : {1, 2, 3}) expect_same(run(GetParam(), "threads", threads, 0, 0), serial);
  for (const int processes : {1, 2, 3, 5}) expect_same(run(GetParam(), "processes", 0, processes, 0), serial);
  if (cuda_device_count() > 0) expect_same(run(GetParam(), "cuda", 2, 0, 0), serial);
}

INSTANTIATE_TEST_SUITE_P(Cli, Modes, ::testing::ValuesIn(cases), [](const auto& info) { return info.param.name; });

/// One case as people start it; all of them follow, in one start for each number of ranks, which takes longer than a
/// run.
TEST(ModesUnderMpi, GiveTheSameBits) {
  if (python().empty() || !has_mpirun()) GTEST_SKIP() << "no Python with h5py and NumPy, or no mpirun";
  const Case& c =
      *std::find_if(cases.begin(), cases.end(), [](const Case& c) { return c.name == "OddDeflatedChunks"; });
  for (const int ranks : {1, 2, 3, 5}) {
    expect_same(run(c, "serial", 0, 0, ranks), serial_run(c));
    expect_same(run(c, "threads", 2, 0, ranks), serial_run(c));
  }
}

/// On every rank: runs the jobs that stand in a file, one a line, as a job file and settings parted by tabs.
void run_jobs(Team& team) {
  std::istringstream jobs(slurp(std::getenv("SCATTERFOLD_TEST_JOBS")));
  for (std::string line; std::getline(jobs, line);) {
    Words words;
    std::istringstream stream(line);
    for (std::string word; std::getline(stream, word, '\t');) words.push_back(word);
    Job job = read_job_file(words.at(0), {words.begin() + 1, words.end()});
    job.quiet = true;
    run_job(job, team, line, {{{input_files(job)}, {{job.dataset, ""}}}, nullptr});
  }
}

class AllModes : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    skip_without_data();
    if (!has_mpirun()) GTEST_SKIP() << "no mpirun";
  }
};

TEST_P(AllModes, UnderMpiGiveTheSameBits) {
  Words modes = {"serial", "threads"};
  if (cuda_device_count() > 0) modes.emplace_back("cuda");
  const auto report = [](const Case& c, const std::string& mode) {
    return data().scratch / (c.name + "_" + mode + ".json");
  };
  std::string jobs;
  for (const Case& c : cases) {
    if (!is_there(c)) continue;
    for (const std::string& mode : modes) {
      jobs += data().scratch / (c.name + ".toml") + "\trun.mode=" + mode + "\trun.threads=2\trun.share_gpus=true" +
              "\toutput.json=" + report(c, mode) + "\n";
    }
  }
  spill(data().scratch / "jobs", jobs);

  const ChildOutcome outcome =
      testing_team::run_team({"mpi", GetParam()}, "jobs", {{"SCATTERFOLD_TEST_JOBS", data().scratch / "jobs"}}, {}, 60);

  ASSERT_EQ(outcome.code, 0) << outcome.err;
  for (const Case& c : cases) {
    if (!is_there(c)) continue;
    for (const std::string& mode : modes) {
      SCOPED_TRACE(c.name + " " + mode);
      const Json document = Json::parse(slurp(report(c, mode)), nullptr, false);
      std::filesystem::remove(report(c, mode));
      ASSERT_TRUE(document.is_object());
      EXPECT_EQ(document["run"]["mode"], mode);
      EXPECT_EQ(document["run"]["ranks"], GetParam());
      expect_same(document, serial_run(c));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ranks, AllModes, ::testing::Values(1, 2, 3, 5), testing::PrintToStringParamName());

/// Kernels are compiled for several instruction sets; the processor chooses. The bits must not tell which.
TEST(InstructionSets, GiveTheSameBits) {
  if (python().empty()) GTEST_SKIP() << "no Python with h5py and NumPy: the data cannot be made";
  for (const std::string name :
       {"Float32", "Int64", "OddDeflatedChunks", "BigEndianHalfChunks", "PackedBigEndianSelected", "ValidRange"}) {
    Json digest;
    for (const char* set : {"portable", "avx2", "avx512"}) {
      const Outcome outcome =
          scatterfold({"run", data().scratch / (name + ".toml")}, {.environment = {{"SCATTERFOLD_ISA", set}}});
      if (outcome.code == 2 && outcome.err.find("no kernels for") != std::string::npos)
        continue;  // not on this processor
      ASSERT_EQ(outcome.code, 0) << outcome.err;
      if (digest.is_null()) digest = outcome.json()["result_digest"];
      EXPECT_EQ(outcome.json()["result_digest"], digest) << name << " " << set;
    }
  }
}

/// Every number of ranks finds the NaN, whichever rank meets it.
TEST(NanPolicy, ErrorIsOneLineInEveryMode) {
  if (python().empty()) GTEST_SKIP() << "no Python with h5py and NumPy";
  ScratchFolder scratch;
  run_python(
      "f = h5py.File(sys.argv[1], 'w')\n"
      "for r in range(4):\n"
      "  x = np.ones(400000, 'f4'); x[r * 100000 + 50000] = np.nan; f[f'x{r}'] = x\n",
      {scratch / "nan.h5"});
  for (int r = 0; r < 4; ++r) {
    const std::string input = scratch / "nan.h5" + ":/x" + std::to_string(r);
    const auto check = [&](const Words& mode, int ranks) {
      Words words = {"moments", input, "--nan", "error", "-o", scratch / "out.h5"};
      words.insert(words.end(), mode.begin(), mode.end());
      expect_error(scatterfold(words, {.ranks = ranks}), 6, "1 NaN", 5);
    };
    check({"--mode", "serial"}, 0);
    check({"--mode", "processes", "--processes", "4"}, 0);
    if (r % 2 == 1 && has_mpirun()) check({"--mode", "serial"}, 4);
  }
  EXPECT_EQ(scratch.names(), Words{"nan.h5"});
}

}  // namespace
}  // namespace scatterfold::cli

int main(int count, char** arguments) {
  return scatterfold::testing_team::run_body_or_tests(count, arguments, {{"jobs", scatterfold::cli::run_jobs}});
}

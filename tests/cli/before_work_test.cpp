// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/program.hpp"

/// What is known before any data is read: a run says it then, and `plan` says the same.
namespace scatterfold::cli {
namespace {

/// /t2m of time x lat x lon: of good.nc whole, of damaged.nc with a chunk that is none. good.nc:/twins has two
/// dimensions of one name.
const char* const maker = R"(
for name in ('good.nc', 'damaged.nc'):
    with h5py.File(sys.argv[1] + '/' + name, 'w') as f:
        values = 280 + np.random.default_rng(1).standard_normal((48, 6, 8))
        f.create_dataset('t2m', data=values.astype('f4'), chunks=(4, 6, 8), compression='gzip')
        for d, (axis, numbers) in enumerate(dict(time=6.0 * np.arange(48), lat=np.linspace(-75, 75, 6), lon=45.0 * np.arange(8)).items()):
            f[axis] = numbers
            f[axis].make_scale(axis)
            f['t2m'].dims[d].attach_scale(f[axis])
        f['time'].attrs['units'] = 'hours since 2000-01-01'
        if name == 'damaged.nc': f['t2m'].id.write_direct_chunk((0, 0, 0), b'this is no gzip stream')
        f['i'] = np.arange(10)
        f['twins'] = np.arange(100.0).reshape(10, 10)
        f['i'].make_scale('i')
        for d in range(2): f['twins'].dims[d].attach_scale(f['i'])
)";

class BeforeWork : public ::testing::Test {
 protected:
  void SetUp() override {
    if (python().empty()) GTEST_SKIP() << "no Python with h5py and NumPy: the data cannot be made";
    run_python(maker, {folder_ / "."});
  }

  std::string at(const std::string& name) { return folder_ / name; }
  std::string good() { return at("good.nc:/t2m"); }
  std::string damaged() { return at("damaged.nc:/t2m"); }

  static Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  ScratchFolder folder_;
};

struct Refused {
  Words words;
  int code;
  std::string says;
};

/// Fails: a histogram without --range read everything for its first pass, and looked at the options after it.
TEST_F(BeforeWork, options_are_checked_before_a_histogram_looks_for_its_range) {
  const std::string out = at("out.nc");
  expect_error(scatterfold({"histogram", damaged(), "--dims", "time", "-q"}), 3, "chunk", 5);
  EXPECT_EQ(scatterfold({"plan", "histogram", damaged(), "--dims", "time"}).code, 0) << "reads none of it";
  const std::vector<Refused> refused = {
      {{"--dims", "tme"}, 2, "there is no dimension \"tme\""},
      {{"--by", "lat:month"}, 3, "--by lat:month needs a time"},
      {{"--every", "tim=3"}, 2, "there is no dimension \"tim\""},
      {{"--dims", "time", "--weights", "area"}, 2, "(--weights): leave the weights out"},
      {{"--dims", "time", "--only", "cuonts"}, 2, "no result \"cuonts\" (--only): did you mean counts?"},
      {{"--dims", "time", "--chunks", "3,3", "-o", out}, 2, "--chunks has 2 lengths and the output 3 dimensions"},
      {{"--dims", "time", "--dtype", "float64", "-o", out}, 2, "(--dtype): leave it out"},
      {{"--dims", "time", "--bins", "100000", "--chunks", "6,8,100000", "--memory", "1MiB", "-o", out},
       5,
       "give shorter --chunks"},
  };
  for (const auto& [words, code, says] : refused) {
    SCOPED_TRACE(as_text(words));
    const Words all = with({"histogram", damaged(), "-q"}, words);
    expect_error(scatterfold(all), code, says, 5);
    expect_error(scatterfold(with(all, {"--mode", "processes", "--processes", "3"})), code, says, 5);
    EXPECT_EQ(folder_.names(), (Words{"damaged.nc", "good.nc"}));
  }
  if (has_mpirun()) {
    expect_error(scatterfold({"histogram", damaged(), "-q", "--dims", "tme"}, {.ranks = 3}), 2, "\"tme\"", 10);
    expect_error(scatterfold({"histogram", damaged(), "-q", "--dims", "time", "--chunks", "6,8,100000", "--bins",
                              "100000", "--memory", "1MiB", "-o", out},
                             {.ranks = 3}),
                 5, "give shorter --chunks", 10);
  }
}

TEST_F(BeforeWork, room_on_the_disk_is_looked_for_before_a_histogram_looks_for_its_range) {
  expect_error(run_command({"bash", "-c", "ulimit -f 100; trap '' XFSZ; exec \"$@\"", "-", SCATTERFOLD_PROGRAM,
                            "histogram", damaged(), "--dims", "time", "--bins", "100000", "-q", "-o", at("out.nc")},
                           {}),
               4, "file-size limit reached", 5);
}

/// Fails where an analysis was only found wanting when others had been folded.
TEST_F(BeforeWork, every_analysis_of_a_job_is_checked_before_the_first_is_folded) {
  spill(at("job.toml"), "[input]\nfile = \"" + damaged() +
                            "\"\n[[analysis]]\nkind = \"moments\"\ndims = [0]\nonly = \"mean\"\n[[analysis]]\n"
                            "kind = \"histogram\"\ndims = [\"lat\", \"lon\"]\nbins = 100000\n[output]\nfile = \"" +
                            at("out.nc") + "\"\nchunks = [6, 8, 48, 100000]\n[run]\nmemory = \"1MiB\"\n");
  expect_error(scatterfold({"run", at("job.toml"), "-q"}), 5, "give shorter --chunks", 5);
}

/// Fails: the bytes were counted past 2^63, so that nothing was found wrong.
TEST_F(BeforeWork, results_that_no_file_holds_are_refused) {
  run_python("h5py.File(sys.argv[1], 'w').create_dataset('x', (2, 10**6, 10**6), 'f4', chunks=(1, 1000, 1000))",
             {at("huge.nc")});
  for (const Words& words : {Words{"plan", "histogram"}, Words{"histogram"}}) {
    expect_error(scatterfold(with(words, {at("huge.nc:/x"), "--dims", "0", "--bins", "4194304"})), 2,
                 "the results have over 2^63 bytes: reduce more dimensions, or ask for fewer --bins", 5);
  }
}

/// What `plan` and a run of the same words say.
TEST_F(BeforeWork, plan_refuses_what_a_run_refuses) {
  const std::string out = at("out.nc");
  spill(at("there.nc"), "an earlier result");
  const std::vector<Words> refused = {
      {"moments", good(), "--dims", "tme"},
      {"moments", good(), "--dims", "time,0"},
      {"moments", good(), "--dims", "time", "--only", "meen"},
      {"moments", good(), "--dims", "time", "--dtype", "floot", "-o", out},
      {"moments", good(), "--dims", "time", "--dtype", "float64"},
      {"moments", good(), "--dims", "time", "--deflate", "3"},
      {"moments", good(), "--dims", "time", "--chunks", "3", "-o", out},
      {"moments", good(), "--dims", "time", "--chunks", "6,8", "-o", out, "--memory", "1KiB"},
      {"moments", good(), "--dims", "time", "--only", "count", "--dtype", "int8", "-o", out},
      {"moments", good(), "--dims", "time,lat,lon", "--deflate", "3", "-o", out},
      {"moments", good(), "--dims", "time,lat,lon", "--chunks", "3", "-o", out},
      {"moments", good(), "--by", "time:moth"},
      {"moments", good(), "--by", "lat"},
      {"moments", good(), "--every", "time=0"},
      {"moments", good(), "--dims", "time", "--weights", at("good.nc:/nothing")},
      {"histogram", good(), "--dims", "time", "--weights", "area"},
      {"moments", good(), "--dims", "time", "-o", at("there.nc")},
      {"moments", good(), "-o", at("there.nc")},
      {"moments", good(), "-o", at("good.nc"), "--overwrite"},
      {"moments", good(), "-o", at("nowhere/out.h5")},
      {"moments", good(), "--json", at("nowhere/out.json")},
      {"moments", good(), "--mode", "threads", "--combine", "nccl"},
  };
  const Words before = folder_.names();
  for (const Words& words : refused) {
    SCOPED_TRACE(as_text(words));
    const Outcome run = scatterfold(with(words, {"-q"})), plan = scatterfold(with({"plan"}, words));
    EXPECT_NE(run.code, 0);
    EXPECT_EQ(plan.code, run.code);
    EXPECT_EQ(plan.err, run.err);
    EXPECT_EQ(plan.out, "");
    EXPECT_EQ(plan.error_lines().size(), 1u);
    EXPECT_EQ(folder_.names(), before);
  }
}

TEST_F(BeforeWork, options_that_would_change_nothing_are_refused) {
  const std::string out = at("out.nc"), name_one = "name one with -o", leave = "leave it out";
  const std::vector<Refused> refused = {
      {{"--dims", "time", "--dtype", "float64"}, 2, name_one},
      {{"--dims", "time", "--deflate", "3"}, 2, name_one},
      {{"--dims", "time", "--chunks", "3,3"}, 2, name_one},
      {{"--deflate", "3", "-o", out}, 2, "are for arrays"},
      {{"--chunks", "3", "-o", out}, 2, "are for arrays"},
      {{"--dims", "time", "--only", "count,nan", "--dtype", "float64", "-o", out}, 2, leave},
      {{"--weights", "area", "--deflate", "3", "-o", out}, 2, leave},
      {{"--dims", "0,1,2", "--chunks", "3", "-o", out}, 2, leave},
      {{"--by", ""}, 2, "--by is empty"},
      {{"--every", ""}, 2, "--every is empty"},
      {{"--weights", ""}, 2, "--weights is empty"},
      {{"--dims", "time", "--dtype", "", "-o", out}, 2, "--dtype is empty"},
      {{"--dims", "time", "--only", ""}, 2, "--only is \"\""},
  };
  for (const auto& [words, code, says] : refused) {
    SCOPED_TRACE(as_text(words));
    expect_error(scatterfold(with({"moments", good(), "-q"}, words)), code, says, 5);
  }
}

/// The line of `plan` on an analysis of that name.
std::string line_on(const Words& words, const std::string& name) {
  const Outcome plan = scatterfold(words);
  EXPECT_EQ(plan.code, 0) << plan.err;
  std::istringstream lines(plan.out.substr(std::min(plan.out.find("arrays "), plan.out.size())));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  " + name + ' ')) return line;
  }
  return plan.out;
}

TEST_F(BeforeWork, plan_reckons_as_a_run_does) {
  ASSERT_EQ(scatterfold({"generate", at("wide.h5:/x"), "--shape", "4,100,1000", "-q"}).code, 0);
  const Words means = {"--mode", "serial", "--memory", "8MiB"};
  const Words base = with({"plan", "moments", at("wide.h5:/x"), "--dims", "0"}, means);
  const auto expect = [&](const Words& more, const std::string& part) {
    const std::string line = line_on(with(base, more), "moments");
    EXPECT_NE(line.find(part), std::string::npos) << as_text(more) << "\n" << line;
  };
  // As stored: four counts of 4 bytes, min, max, mean, two variances and std of 4, sum of 8.
  expect({}, "results of 4.6 MiB");
  expect({"--only", "mean"}, "results of 391 KiB");
  expect({"--only", "mean", "--dtype", "float64", "-o", at("out.nc")}, "results of 781 KiB");
  // A position of moments has 11 results of 3 x 8 bytes: half of the memory is for 15768, or 15 rows.
  expect({}, "7 passes");
  expect({"-o", at("out.nc"), "--chunks", "8,1000"}, "13 passes");
  expect({"-o", at("out.nc"), "--chunks", "4,1000"}, "9 passes");
  expect({"-o", at("out.nc"), "--chunks", "16,10"}, "7 passes");
  // What a copy to a GPU takes at a time is eight times as much.
  const Words rows = {"plan",      "moments", at("wide.h5:/x"), "--dims", "1,2",   "--every", "1=1",
                      "--threads", "1",       "--memory",       "1GiB",   "--mode"};
  EXPECT_NE(line_on(with(rows, {"threads"}), "moments").find(" 2 tiles "), std::string::npos);
  EXPECT_NE(line_on(with(rows, {"cuda"}), "moments").find(" 1 tile "), std::string::npos);
}

TEST_F(BeforeWork, plan_knows_which_analyses_share_a_pass) {
  spill(at("job.toml"), "[input]\nfile = \"" + good() +
                            "\"\n[[analysis]]\nkind = \"moments\"\nname = \"map\"\ndims = [0]\n[[analysis]]\nkind = "
                            "\"histogram\"\nname = \"spread\"\ndims = 0\n[[analysis]]\nkind = \"moments\"\nname = "
                            "\"series\"\ndims = [\"lat\", -1]\n");
  const Outcome plan = scatterfold({"plan", at("job.toml")});
  EXPECT_NE(plan.out.find(" in 3 passes, "), std::string::npos) << "for the range, two together, one: " << plan.out;
  EXPECT_NE(line_on({"plan", at("job.toml")}, "spread").find("1 pass with map"), std::string::npos) << plan.out;
  EXPECT_EQ(line_on({"plan", at("job.toml")}, "series").find("with"), std::string::npos) << plan.out;
}

TEST_F(BeforeWork, dimensions_are_told_by_their_names_in_the_file) {
  const Words words = {"moments", at("good.nc:/twins"), "--dims", "0", "--only", "mean"};
  EXPECT_EQ(json_of(words)["result"]["mean"]["dims"], Json({"i"}));
  const Words kept = {"moments", at("good.nc:/twins"), "--every", "0=1", "--only", "mean", "-o", at("out.nc")};
  EXPECT_NE(line_on(with({"plan"}, kept), "moments").find("(i 10 x i_2 10)"), std::string::npos);
  EXPECT_EQ(json_of(kept)["result"]["mean"]["dims"], Json({"i", "i_2"}));
  EXPECT_EQ(run_python("print([d[0].name for d in h5py.File(sys.argv[1])['mean'].dims if len(d)])\n", {at("out.nc")})
                .substr(0, 5),
            "['/i'");
}

}  // namespace
}  // namespace scatterfold::cli

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/program.hpp"

/// No output of arrays is silently wrong: values that a type cannot hold, full disks, results that nobody asked for.
namespace scatterfold::cli {
namespace {

/// /big: 300 steps of 2 x 3 positions that hold 1000 times their number; /nan: the same with a NaN at position 0, 1;
/// /huge: 1e200, whose squares float64 holds and float32 does not.
const char* const maker = R"(
with h5py.File(sys.argv[1], 'w') as f:
    big = np.broadcast_to(1000.0 * np.arange(6).reshape(2, 3), (300, 2, 3)).copy()
    f['big'] = big
    big[7, 0, 1] = np.nan
    f['nan'] = big
    f['huge'] = np.full((4, 2, 3), 1e100) * np.array([1, 2, 3, 4]).reshape(4, 1, 1)
)";

class ArrayOutputs : public ::testing::Test {
 protected:
  void SetUp() override {
    if (python().empty()) GTEST_SKIP() << "no Python with h5py and NumPy: the data cannot be made";
    run_python(maker, {folder_ / "in.h5"});
  }
  Words moments(const std::string& dataset, const Words& more) const {
    Words words = {"moments", folder_ / "in.h5:/" + dataset, "--dims", "0", "-q", "-o", folder_ / "out.nc"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  void expect_refused(const Words& words, const std::string& says, const Start& start = {}) const {
    SCOPED_TRACE(as_text(words));
    expect_error(scatterfold(words, start), 6, says, 5);
    EXPECT_EQ(folder_.names(), Words{"in.h5"}) << "neither an output nor a .partial file is left";
  }

  ScratchFolder folder_;
};

const Words integers = {"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"};

TEST_F(ArrayOutputs, values_that_would_become_infinite_are_refused) {
  expect_refused(
      moments("big", {"--only", "mean,sum", "--dtype", "float16"}),
      "sum is 300000 at dim_1 0, dim_2 1, which the output's float16 cannot hold: use a wider --dtype such as "
      "float64, or leave sum out with --only");
  expect_refused(moments("huge", {"--only", "mean", "--dtype", "float32"}),
                 "mean is 2.5e+100 at dim_1 0, dim_2 0, which the output's float32 cannot hold");
  for (const Words& storage : {Words{"--deflate", "1"}, Words{"--chunks", "1,2"}}) {
    Words words = moments("big", {"--only", "sum", "--dtype", "float16"});
    words.insert(words.end(), storage.begin(), storage.end());
    expect_refused(words, "sum is 300000");
  }
}

TEST_F(ArrayOutputs, integers_saturate) {
  expect_refused(moments("huge", {"--only", "mean", "--dtype", "uint8"}), "stored as uint8 its fill value");
  const struct {
    std::string type, values;
  } expected[] = {
      {"int8", "[[0, 127, 127], [127, 127, 127]]"},
      {"int16", "[[0, 1000, 2000], [3000, 4000, 5000]]"},
  };
  for (const auto& [type, values] : expected) {
    EXPECT_EQ(scatterfold(moments("big", {"--only", "max", "--dtype", type, "--overwrite"})).code, 0) << type;
    EXPECT_EQ(run_python("print(h5py.File(sys.argv[1])['max'][()].tolist())\n", {folder_ / "out.nc"}), values + "\n");
  }

  for (const std::string type : {"int8", "int16", "int32"}) {
    EXPECT_EQ(scatterfold(moments("huge", {"--only", "mean", "--dtype", type, "--overwrite"})).code, 0) << type;
    EXPECT_EQ(run_python("x = h5py.File(sys.argv[1])['mean'][()]\nprint((x == np.iinfo(x.dtype).max).all())\n",
                         {folder_ / "out.nc"}),
              "True\n")
        << type;
  }
}

TEST_F(ArrayOutputs, values_are_refused_in_every_mode) {
  const Words words = moments("big", {"--only", "sum", "--dtype", "float16"});
  const auto with = [&](const Words& mode) {
    Words all = words;
    all.insert(all.end(), mode.begin(), mode.end());
    return all;
  };
  for (const Words& mode : {Words{"--mode", "serial"}, Words{"--mode", "threads", "--threads", "2"},
                            Words{"--mode", "processes", "--processes", "3"}}) {
    expect_refused(with(mode), "sum is 300000 at dim_1 0, dim_2 1, which the output's float16 cannot hold");
  }
  if (has_mpirun()) expect_refused(with({"--mode", "serial"}), "sum is 300000", {.ranks = 3});
}

TEST_F(ArrayOutputs, nan_is_the_fill_value_of_integers_and_kept_in_floats) {
  for (const std::string& type : integers) {
    if (type == "uint8") continue;  // its greatest, which 5000 becomes, is the fill value
    EXPECT_EQ(scatterfold(moments("nan", {"--only", "mean", "--dtype", type, "--overwrite"})).code, 0) << type;
    EXPECT_EQ(run_python("x = h5py.File(sys.argv[1])['mean']\nprint((x[()] == x.attrs['_FillValue']).tolist())\n",
                         {folder_ / "out.nc"}),
              "[[False, True, False], [False, False, False]]\n")
        << type;
  }
  std::filesystem::remove(folder_ / "out.nc");
  EXPECT_EQ(scatterfold(moments("nan", {"--only", "mean", "--dtype", "int16", "--nan", "skip"})).code, 0);
  EXPECT_EQ(run_python("print(h5py.File(sys.argv[1])['mean'][()].tolist())\n", {folder_ / "out.nc"}),
            "[[0, 1000, 2000], [3000, 4000, 5000]]\n");
  EXPECT_EQ(scatterfold(moments("nan", {"--only", "mean", "--dtype", "float16", "--overwrite"})).code, 0);
  EXPECT_EQ(run_python("print(h5py.File(sys.argv[1])['mean'][()].tolist())\n", {folder_ / "out.nc"}),
            "[[0.0, nan, 2000.0], [3000.0, 4000.0, 5000.0]]\n");
}

TEST_F(ArrayOutputs, counts_keep_their_own_type) {
  for (const std::string& type : integers) {
    EXPECT_EQ(scatterfold(moments("big", {"--only", "count,nan,variance", "--dtype", type, "--overwrite"})).code, 0)
        << type;
    EXPECT_EQ(run_python("f = h5py.File(sys.argv[1])\nprint(f['count'].dtype, f['count'][0, 0], f['nan'].dtype)\n",
                         {folder_ / "out.nc"}),
              "int32 300 int32\n");
  }
  const Outcome counts_alone = scatterfold({"histogram", folder_ / "in.h5:/big", "--dims", "0", "--bins", "1",
                                            "--dtype", "int8", "-q", "-o", folder_ / "out.nc", "--overwrite"});
  EXPECT_EQ(counts_alone.code, 2);
  EXPECT_NE(counts_alone.err.find("all results are counts"), std::string::npos) << counts_alone.err;
}

TEST_F(ArrayOutputs, a_variance_past_float32_is_refused_and_float64_holds_it) {
  run_python("with h5py.File(sys.argv[1], 'a') as f: f['wide'] = np.array([[1e30], [3e30]], 'f4')\n",
             {folder_ / "in.h5"});
  expect_refused(moments("wide", {"--only", "variance"}), "at dim_1 0, which the output's float32 cannot hold");
  EXPECT_EQ(scatterfold(moments("wide", {"--only", "variance", "--dtype", "float64"})).code, 0);
}

TEST_F(ArrayOutputs, nan_error_adds_no_result) {
  const std::string digest = json_of(moments("big", {"--only", "mean"}))["result_digest"];
  std::filesystem::remove(folder_ / "out.nc");
  const Json checked = json_of(moments("big", {"--only", "mean", "--nan", "error"}));
  EXPECT_EQ(checked["result_digest"], digest);
  EXPECT_FALSE(checked["result"].contains("nan")) << checked["result"];
  EXPECT_EQ(run_python("print(sorted(h5py.File(sys.argv[1])))\n", {folder_ / "out.nc"}),
            "['dim_1', 'dim_2', 'mean', 'provenance']\n");
  const Json both = json_of(moments("big", {"--only", "nan,mean", "--nan", "error", "--overwrite"}));
  EXPECT_TRUE(both["result"].contains("nan")) << both["result"];
  std::filesystem::remove(folder_ / "out.nc");
  expect_refused(moments("nan", {"--only", "mean", "--nan", "error"}), "1 NaN in ");
}

// ---- disks

/// Runs lines of bash with a disk of `size` mounted on $1 and the program as $2; gives 77 where nothing can be mounted.
Outcome on_small_disk(const std::string& size, const std::string& folder, const std::string& lines, const Words& more) {
  Words words = {"unshare", "-m"};
  if (geteuid() != 0) words.push_back("-r");
  words.insert(words.end(),
               {"bash", "-c", "mount -t tmpfs -o size=" + size + " none $1 2>/dev/null || exit 77\n" + lines, "-",
                folder, SCATTERFOLD_PROGRAM});
  words.insert(words.end(), more.begin(), more.end());
  return run_command(words, {});
}

class SmallDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_ / "disk");
    if (run_command({"unshare", "-m", "true"}, {}).code != 0 ||
        on_small_disk("1m", folder_ / "disk", "true", {}).code != 0)
      GTEST_SKIP() << "no small disk: this machine does not let tests mount one";
    ASSERT_EQ(scatterfold({"generate", folder_ / "in.h5:/x", "--shape", "3,1500,2000", "-q"}).code, 0);
  }
  /// A run whose output, of 12 MB, goes to the disk; then the names of what is there.
  Outcome run(const std::string& size, const std::string& meanwhile, const Words& more) const {
    Words words = {"moments", folder_ / "in.h5:/x",   "--dims", "0", "--only", "mean", "-q",
                   "-o",      folder_ / "disk/out.nc"};
    words.insert(words.end(), more.begin(), more.end());
    return on_small_disk(size, folder_ / "disk",
                         "disk=$1; program=$2; shift 2\n$program \"$@\" & run=$!\n" + meanwhile +
                             "\nwait $run; code=$?\nrm -f $disk/other; ls -A $disk >&2; exit $code",
                         words);
  }

  ScratchFolder folder_;
};

const std::vector<Words> storages = {
    {}, {"--deflate", "1"}, {"--deflate", "1", "--chunks", "100,2000"}, {"--chunks", "100,2000"}};

TEST_F(SmallDisk, what_may_not_fit_is_refused_before_the_work) {
  for (const Words& storage : storages) {
    SCOPED_TRACE(as_text(storage));
    const Outcome outcome = run("11m", "", storage);
    expect_error(outcome, 4, "disk full (" + (folder_ / "disk/") + "): ", 5);
    EXPECT_EQ(outcome.err.find("out.nc"), std::string::npos) << "nothing is left: " << outcome.err;
  }
}

/// The run stands still while somebody else takes the room that it saw.
TEST_F(SmallDisk, one_that_is_filled_meanwhile_leaves_nothing) {
  const std::string fill =
      "for ((i = 0; i < 2000000; ++i)); do [ -s $disk/.out.nc.partial ] && break; done\n"
      "kill -STOP $run; dd if=/dev/zero of=$disk/other bs=64K status=none 2>/dev/null; kill -CONT $run";
  for (const Words& storage : storages) {
    SCOPED_TRACE(as_text(storage));
    const bool reserved = storage.empty();
    const Outcome outcome = run("20m", fill, storage);
    const Words lines = outcome.error_lines();
    if (reserved && outcome.code == 0) continue;  // stopped after its room was taken, as it should be
    EXPECT_EQ(outcome.code, 4) << outcome.err;
    ASSERT_EQ(lines.size(), 1u) << outcome.err;
    EXPECT_NE(lines[0].find("make room or write elsewhere"), std::string::npos) << lines[0];
    EXPECT_EQ(outcome.err.find(".partial\n"), std::string::npos) << outcome.err;
  }
}

}  // namespace
}  // namespace scatterfold::cli

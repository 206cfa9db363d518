// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cli/program.hpp"

/// Arrays (--dims, --by, --every): bad requests are one line before any work, and outputs open elsewhere. The values
/// are compared in tests/arrays.
namespace scatterfold::cli {
namespace {

/// Datasets with coordinates: /t2m of time x lat x lon, /bare without, /none of length 0, /one without dimensions.
const char* const maker = R"(
def make(name, length, units, calendar, start=0):
    with h5py.File(sys.argv[1] + '/' + name, 'w') as f:
        values = 280 + np.random.default_rng(start).standard_normal((length, 6, 8))
        t2m = f.create_dataset('t2m', data=values.astype('f4'))
        t2m.attrs['units'], t2m.attrs['standard_name'] = 'K', 'air_temperature'
        t2m.attrs['long_name'] = '2 metre temperature'
        axes = dict(time=start + 6.0 * np.arange(length), lat=np.linspace(-75, 75, 6), lon=45.0 * np.arange(8))
        for d, (axis, numbers) in enumerate(axes.items()):
            f[axis] = numbers
            f[axis].make_scale(axis)
            t2m.dims[d].attach_scale(f[axis])
        f['time'].attrs['units'], f['time'].attrs['standard_name'] = units, 'time'
        f['lat'].attrs['units'], f['lon'].attrs['units'] = 'degrees_north', 'degrees_east'
        if calendar: f['time'].attrs['calendar'] = calendar
        f.attrs['history'] = 'made by a test'
        f['bare'] = np.arange(20.0).reshape(4, 5)
        f['none'] = np.zeros((0, 5), 'f4')
        f['one'] = np.float32(3)
make('good.nc', 48, 'hours since 2000-01-01', None)
make('odd_units.nc', 8, 'fortnights since then', None)
make('no_time.nc', 8, 'K', None)
make('mixed_1.nc', 8, 'hours since 2000-01-01', 'noleap')
make('mixed_2.nc', 8, 'hours since 2000-01-01', '360_day', 48)
make('part_1.nc', 20, 'hours since 2000-01-01', None)
make('part_2.nc', 30, 'hours since 2000-01-01', None, 120)
with h5py.File(sys.argv[1] + '/huge.nc', 'w') as f:
    f.create_dataset('x', (2, 1000000, 1000000), 'f4', chunks=(1, 1000, 1000))
)";

class Arrays : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder;
    if (!python().empty()) run_python(maker, {*folder_ / "."});
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  void SetUp() override {
    if (python().empty()) GTEST_SKIP() << "no Python with h5py and NumPy: the data cannot be made";
    before_ = folder_->names();
  }
  void TearDown() override {
    if (HasFailure() || before_.empty()) return;
    EXPECT_EQ(folder_->names(), before_) << "neither an output nor a .partial file is left";
  }

  static std::string at(const std::string& name) { return *folder_ / name; }
  static std::string input(const std::string& name) { return at("good.nc:/" + name); }

  /// A scratch file that is not left behind.
  struct Temporary {
    std::string path;
    ~Temporary() { std::filesystem::remove(path); }
  };

  static Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  static ScratchFolder* folder_;
  Words before_;
};
ScratchFolder* Arrays::folder_ = nullptr;

struct Wrong {
  Words words;
  int code;
  std::string says;
};

TEST_F(Arrays, bad_requests_are_one_line) {
  const std::string t2m = input("t2m"), out = at("out.nc"), joined = at("mixed_*.nc:/t2m");
  const std::vector<Wrong> wrong = {
      {{t2m, "--dims", "tme"},
       2,
       "there is no dimension \"tme\" in " + t2m + " (--dims): it has time (48), lat (6), lon (8)"},
      {{t2m, "--dims", "3"}, 2, "there is no dimension \"3\""},
      {{t2m, "--dims", "-4"}, 2, "there is no dimension \"-4\""},
      {{t2m, "--dims", "time,time"}, 2, "dimension time is given twice (--dims): give it once"},
      {{t2m, "--dims", "time,-3"}, 2, "is given twice (--dims): give it once"},
      {{t2m, "--dims", "time,,lat"}, 2, "--dims is \"time,,lat\": give names with a comma between"},
      {{t2m, "--dims", ""}, 2, "--dims is \"\": give names with a comma between"},
      {{input("one"), "--dims", "0"}, 2, "is a single number without dimensions (--dims 0): leave --dims out"},
      {{input("bare"), "--by", "0:month"}, 3, "has no coordinate (--by 0:month): use --every 0=N, or add one"},
      {{t2m, "--by", "tme:month"}, 2, "there is no dimension \"tme\" in " + t2m + " (--by)"},
      {{t2m, "--by", "time:moth"}, 2, "\"moth\" is no part of time (--by time:moth): did you mean month?"},
      {{t2m, "--by", "time:"}, 2, "give a dimension and a part of time, as in time:month"},
      {{t2m, "--by", ":month"}, 2, "give a dimension and a part of time, as in time:month"},
      {{t2m, "--by", "time"}, 3, "name a part of time such as time:month"},
      {{t2m, "--by", "lat"}, 3, "--by lat needs a coordinate of integers"},
      {{t2m, "--by", "lat:month"}, 3, "--by lat:month needs a time"},
      {{at("odd_units.nc:/t2m"), "--by", "time:month"}, 3, "\"fortnights since then\""},
      {{at("no_time.nc:/t2m"), "--by", "time:month"}, 3, "give it units such as \"hours since 1970-01-01\""},
      {{joined, "--concat", "time", "--by", "time:month"}, 3, "calendars of /time differ between"},
      {{joined, "--concat", "time", "--dims", "lat"}, 3, "convert one of the files, or leave it out"},
      {{t2m, "--by", "time:month", "--every", "time=3"}, 2, "--by and --every both part a dimension: give one of them"},
      {{t2m, "--every", "time=0"}, 2, "(--every time=0): give 1 or more"},
      {{t2m, "--every", "time=-2"}, 2, "(--every time=-2): give 1 or more"},
      {{t2m, "--every", "time=x"}, 2, "not a whole number (\"x\")"},
      {{t2m, "--every", "time"}, 2, "--every is \"time\": give a dimension and a number, as in time=24"},
      {{t2m, "--every", "tim=3"}, 2, "there is no dimension \"tim\""},
      {{t2m, "--dims", "time", "--only", "meen"}, 2, "no result \"meen\" (--only): did you mean mean?"},
      {{t2m, "--dims", "time", "--only", "qqqqq"}, 2, "no result \"qqqqq\" (--only): use count, missing"},
      {{t2m, "--only", "mean"}, 2, "name the dimensions to reduce with --dims"},
      {{t2m, "--dtype", "float64"}, 2, "name the dimensions to reduce with --dims"},
      {{t2m, "--dims", "time", "--dtype", "floot"},
       2,
       "there is no type \"floot\" (--dtype): use int8 to uint64, float16, float32 or float64"},
      {{t2m, "--dims", "time", "--deflate", "10"}, 2, "--deflate is 10: use 0 to 9"},
      {{t2m, "--dims", "time", "--chunks", "3"},
       2,
       "--chunks has 1 length and the output 2 dimensions (lat, lon): give one each"},
      {{t2m, "--dims", "time", "--chunks", "3,0"}, 2, "--chunks is 3,0: lengths are 1 or more"},
      {{t2m, "--dims", "time", "--overwrite", "-o", at("good.nc")}, 4, "is the input"},
      {{t2m, "--dims", "time", "--weights", at("part_1.nc:/lat"), "--overwrite", "-o", at("part_1.nc")},
       4,
       "is the input"},
      {{t2m, "--dims", "time", "--weights", at("part_1.nc:/lat"), "--json", at("part_1.nc")}, 4, "is the input"},
      {{t2m, "--dims", "time", "-o", at("part_1.nc")}, 4, "exists: name another or add --overwrite"},
      {{t2m, "--dims", "time", "-o", at("nowhere/out.nc")}, 4, "create it"},
  };
  for (const auto& [words, code, says] : wrong) {
    SCOPED_TRACE(as_text(words));
    const bool named = std::find(words.begin(), words.end(), "-o") != words.end();
    expect_error(scatterfold(with(with({"moments", "-q"}, words), named ? Words{} : Words{"-o", out})), code, says, 5);
  }
}

/// Whoever finds it: ranks that fail alike say so once.
TEST_F(Arrays, bad_requests_are_one_line_of_many_ranks_too) {
  for (const Words& words :
       {Words{"--dims", "tme"}, Words{"--by", "lat:month"}, Words{"--dims", "time", "--only", "meen"}}) {
    const int code = words[0] == "--by" ? 3 : 2;
    const Words all = with({"moments", input("t2m"), "-q", "-o", at("out.nc")}, words);
    expect_error(scatterfold(with(all, {"--mode", "processes", "--processes", "3"})), code,
                 words[1] == "tme" ? "tme" : "", 5);
    if (has_mpirun()) expect_error(scatterfold(with(all, {"--mode", "serial"}), {.ranks = 2}), code, "", 10);
  }
}

TEST_F(Arrays, too_large_for_the_disk_is_found_before_the_work) {
  struct statvfs disk {};
  ASSERT_EQ(statvfs(at(".").c_str(), &disk), 0);
  if (static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize) > 30e12) GTEST_SKIP() << "44 TB fit here";
  expect_error(scatterfold({"moments", at("huge.nc:/x"), "--dims", "0", "-q", "-o", at("out.nc")}), 4, "disk full", 5);
  expect_error(
      scatterfold({"moments", at("huge.nc:/x"), "--dims", "0", "--chunks", "100,100", "-q", "-o", at("out.nc")}), 4,
      "disk full", 5);
}

TEST_F(Arrays, a_file_that_may_not_grow_is_one_line) {
  const Temporary wide{at("wide.h5")};
  ASSERT_EQ(scatterfold({"generate", wide.path + ":/x", "--shape", "2,300,400", "-q"}).code, 0);
  for (const Words& more : {Words{}, Words{"--deflate", "1"}, Words{"--chunks", "100,100"}}) {
    Words words = {"bash",
                   "-c",
                   "ulimit -f 100; trap '' XFSZ; exec \"$@\"",
                   "-",
                   SCATTERFOLD_PROGRAM,
                   "moments",
                   wide.path + ":/x",
                   "--dims",
                   "0",
                   "-q",
                   "-o",
                   at("out.nc")};
    expect_error(run_command(with(words, more), {}), 4, "out.nc", 5);
    EXPECT_EQ(folder_->names(), with(before_, {"wide.h5"}));
  }
}

/// Fails: every pass writes its part of a chunk, which is compressed anew, and its old place in the file stays unused.
TEST_F(Arrays, passes_do_not_make_a_compressed_output_larger) {
  const Temporary wide{at("wide.h5")}, whole{at("whole.nc")}, passes{at("passes.nc")};
  ASSERT_EQ(scatterfold({"generate", wide.path + ":/x", "--shape", "2,100,150", "-q"}).code, 0);
  const Words words = {"moments", wide.path + ":/x", "--dims", "0", "-q", "--deflate", "1", "-o"};
  ASSERT_EQ(scatterfold(with(words, {whole.path})).code, 0);
  ASSERT_EQ(scatterfold(with(words, {passes.path, "--memory", "64KiB"})).code, 0);
  const auto one = std::filesystem::file_size(whole.path), many = std::filesystem::file_size(passes.path);
  EXPECT_LT(many, 2 * one) << "twice: passes may cut chunks differently";
}

TEST_F(Arrays, nothing_to_fold_is_a_result) {
  const Json reduced = json_of({"moments", input("none"), "--dims", "0"});
  EXPECT_EQ(reduced["result"]["count"]["shape"], Json({5}));
  EXPECT_EQ(reduced["result"]["count"]["max"], 0);
  EXPECT_EQ(reduced["result"]["mean"]["blank"], 5);
  const Json kept = json_of({"moments", input("none"), "--dims", "1"});
  EXPECT_EQ(kept["result"]["count"]["shape"], Json({0}));
  const Json nothing = json_of({"moments", input("t2m"), "--by", "time:month", "-d", "time,5,5"});
  EXPECT_EQ(nothing["result"]["count"]["shape"], Json({0, 6, 8}));
  const Json blocks = json_of({"histogram", input("none"), "--every", "0=3", "--dims", "1", "--bins", "3"});
  EXPECT_EQ(blocks["result"]["counts"]["shape"], Json({0, 3}));
}

TEST_F(Arrays, job_files_say_the_same) {
  const Temporary job{at("job.toml")}, out{at("out.nc")}, other{at("other.nc")};
  spill(job.path, "[input]\nfile = \"" + input("t2m") +
                      "\"\n[[analysis]]\nkind = \"moments\"\ndims = [\"lat\", \"lon\"]\nby = \"time:day\"\nonly = "
                      "[\"mean\", \"std\"]\n"
                      "[output]\nfile = \"" +
                      out.path + "\"\ndtype = \"float64\"\ndeflate = 3\nchunks = [5]\n");
  const Json by_file = json_of({"run", job.path});
  const Json by_words = json_of({"moments", input("t2m"), "--dims", "lat,lon", "--by", "time:day", "--only", "mean,std",
                                 "--dtype", "float64", "--deflate", "3", "--chunks", "5", "-o", other.path});
  EXPECT_EQ(by_file["result_digest"], by_words["result_digest"]);
  EXPECT_EQ(run_python("for name in sys.argv[1:]:\n  d = h5py.File(name)['mean']; print(d.shape, d.dtype, d.chunks, "
                       "d.compression_opts)\n",
                       {out.path, other.path}),
            "(12,) float64 (5,) 3\n(12,) float64 (5,) 3\n");

  spill(job.path,
        "[input]\nfile = \"" + input("t2m") +
            "\"\n[[analysis]]\nkind = \"moments\"\nname = \"daily\"\nevery = \"time=4\"\nonly = \"max\"\n"
            "[[analysis]]\nkind = \"histogram\"\nname = \"spread\"\ndims = \"time\"\nbins = 5\n[output]\nfile = \"" +
            out.path + "\"\noverwrite = true\n");
  const Json two = json_of({"run", job.path});
  EXPECT_EQ(two["result"]["daily"]["max"]["shape"], Json({12, 6, 8}));
  EXPECT_EQ(two["result"]["spread"]["counts"]["shape"], Json({6, 8, 5}));
  EXPECT_EQ(run_python("f = h5py.File(sys.argv[1]); print(sorted(f['daily']), f['spread/counts'].shape)\n", {out.path}),
            "['max'] (6, 8, 5)\n");
}

TEST_F(Arrays, problems_of_a_job_file_have_their_place) {
  const Temporary job{at("job.toml")};
  const std::string head = "[input]\nfile = \"" + input("t2m") + "\"\n[[analysis]]\nkind = \"moments\"\n";
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"dims = [\"time\"]\n[[analysis]]\nkind = \"histogram\"\n",
       "some analyses have dims and others not (histogram): put them into two jobs"},
      {"dmis = [\"time\"]\n", "job.toml:5:1"},
      {"dims = [\"\"]\n", "job.toml:5:9"},
      {"dims = 1.5\n", "job.toml:5:8"},
      {"dims = [\"time\"]\nevery = 4\n", "job.toml:6:9"},
      {"dims = [\"time\"]\n[output]\ndeflate = 11\n", "job.toml:7:11"},
      {"dims = [\"time\"]\n[output]\nchunks = [0, 3]\n", "job.toml:7:11"},
      {"dims = [\"time\"]\n[output]\nchunks = \"3,3\"\n", "job.toml:7:10"},
      {"dims = [\"time\"]\n[output]\ndtype = \"real\"\n", "there is no type \"real\""},
      {"only = [\"mean\"]\n", "name the dimensions to reduce"},
      {"by = \"time:month\"\nevery = \"time=3\"\n", "give one of them"},
  };
  for (const auto& [text, says] : wrong) {
    SCOPED_TRACE(text);
    spill(job.path, head + text);
    expect_error(scatterfold({"run", job.path, "-q"}), 2, says, 5);
  }
}

TEST_F(Arrays, opens_in_the_tools_people_use) {
  const Temporary out{at("out.nc")};
  const auto has = [](const Words& words) { return run_command(words, {}).code == 0; };
  const bool ncdump = has({"sh", "-c", "command -v ncdump"}), cdo = has({"sh", "-c", "command -v cdo"});
  const std::string xarray = python_with("xarray, netCDF4");
  for (const Words& storage : {Words{}, Words{"--deflate", "2", "--chunks", "4,3,5"}}) {
    const Words words = {"moments",  at("part_*.nc:/t2m"), "--concat", "time", "--by",
                         "time:day", "--overwrite",        "-q",       "-o",   out.path};
    ASSERT_EQ(scatterfold(with(words, storage)).code, 0);
    EXPECT_EQ(run_python(R"(
f = h5py.File(sys.argv[1])
mean = f['mean']
print([d[0].name for d in mean.dims], mean.shape, mean.dtype, f['count'].dtype, f['time_bnds'][0].tolist())
print(*(mean.attrs[n].decode() for n in ('units', 'standard_name', 'cell_methods')), f['lat'].attrs['units'])
print(f['variance'].attrs['units'].decode(), 'standard_name' in f['variance'].attrs, f['count'].attrs['units'].decode())
)",
                         {out.path}),
              "['/time', '/lat', '/lon'] (13, 6, 8) float32 int32 [0.0, 24.0]\nK air_temperature time: mean "
              "degrees_north\nK^2 False 1\n");
    if (!xarray.empty()) {
      const Outcome opened = run_command({xarray, "-c", R"(
import sys, xarray
d = xarray.open_dataset(sys.argv[1])
print(str(d.time.values[3])[:10], d['mean'].dims, float(d['count'].sum()), d.lat.values[0], d.attrs['Conventions'][:3])
print(d.attrs['history'].splitlines()[-1], 'scatterfold' in d.attrs['history'].splitlines()[0])
)",
                                          out.path},
                                         {});
      EXPECT_EQ(opened.out, "2000-01-04 ('time', 'lat', 'lon') 2400.0 -75.0 CF-\nmade by a test True\n") << opened.err;
    }
    if (ncdump) {
      const Outcome header = run_command({"ncdump", "-h", out.path}, {});
      EXPECT_NE(header.out.find("float mean(time, lat, lon) ;"), std::string::npos) << header.out << header.err;
    }
    if (cdo) {
      const Outcome info = run_command({"cdo", "-s", "infon", "-selname,mean", out.path}, {});
      EXPECT_NE(info.out.find("2000-01-13 00:00:00"), std::string::npos) << info.out << info.err;
      const Outcome grid = run_command({"cdo", "-s", "griddes", "-selname,mean", out.path}, {});
      EXPECT_NE(grid.out.find("gridtype  = lonlat"), std::string::npos) << grid.out << grid.err;
    }
  }
  if (xarray.empty() || !ncdump || !cdo) {
    GTEST_SKIP() << "without" << (xarray.empty() ? " xarray" : "") << (ncdump ? "" : " ncdump") << (cdo ? "" : " cdo")
                 << ", which are not installed; the others opened it";
  }
}

}  // namespace
}  // namespace scatterfold::cli

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/broadcast_cases.hpp"
#include "cli/made_by_python.hpp"

/// --in and --shape: functions of several inputs, or of none.
namespace scatterfold::cli {
namespace {

constexpr const char* data_maker = R"(
random = np.random.default_rng(7)
with h5py.File(sys.argv[1], "w") as f:
    lengths = dict(time=40, lat=50, lon=61)
    def make(name, dims, **keys):
        f.create_dataset(name, data=random.standard_normal([lengths[d] for d in dims]).astype(keys.pop("dtype", "f4")), **keys)
        for i, d in enumerate(dims): f[name].dims[i].label = d
    make("t", ("time", "lat", "lon"))
    make("u", ("time", "lat", "lon"), dtype=">f8", chunks=(7, 50, 13), compression="gzip")
    make("v", ("lon", "time", "lat"), chunks=(10, 10, 10))
    make("g", ("lat", "lon"), dtype="f2")
    make("s", ("time",), dtype="f8")
    f["row"] = np.arange(61, dtype="i2"); f["one"] = 2.5; f["other"] = np.zeros((3, 4)); f["empty"] = np.zeros((0, 61))
    f["column"] = np.arange(70000, dtype="u4").reshape(-1, 1); f["wide"] = np.arange(70000, dtype="u4")
    f["deep"] = np.arange(6.0).reshape((2,) + (1,) * 30 + (3,)); f["third"] = np.arange(3.0)
    f.create_group("group")["a"] = np.arange(9.0)
    f["long"] = np.arange(80000, dtype="f4")
for i in (0, 1):
    with h5py.File(sys.argv[1] + ".%d" % i, "w") as f: f["t"] = h5py.File(sys.argv[1])["t"][20 * i:20 * i + 20]
)";

class ManyInputs : public MadeByPython<ManyInputs> {
 public:
  static constexpr const char* maker = data_maker;

 protected:
  static std::string in(const std::string& input) {
    const std::size_t equals = input.find('=');
    return input.substr(0, equals + 1) + file() + ":/" + input.substr(equals + 1);
  }
  static Words moments(const std::string& expr, const Words& inputs, const Words& more = {}) {
    Words words = {"moments", "--expr", expr};
    for (const std::string& input : inputs) words.insert(words.end(), {"--in", in(input)});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static Json result_of(const Words& words) { return json_of(words)["result"]; }
};

TEST_F(ManyInputs, agree_with_numpy_and_with_the_same_values_in_one_dataset) {
  const Json cases = Json::parse(run_python(broadcast_cases, {out("cases.h5"), "11", "30"}));
  for (const Json& one : cases) {
    const Words words = one["words"];
    const Json found = json_of(words);
    EXPECT_EQ(found["job"]["shape"], one["shape"]) << as_text(words);
    for (const auto& [name, value] : one["wanted"].items()) EXPECT_EQ(found["result"][name], value) << as_text(words);
    EXPECT_EQ(found["result_digest"], json_of(one["alone"])["result_digest"]) << as_text(words);
  }
}

TEST_F(ManyInputs, have_the_same_bits_in_every_mode) {
  const std::vector<Words> jobs = {
      moments("t * u - v * g + s", {"u=u", "t=t", "v=v", "g=g", "s=s"}, {"-d", "time,3,40,2"}),
      moments("s * g", {"s=s", "g=g"}, {"--memory", "8KiB"}),
      {"histogram", in("x=t").substr(2), "--in", in("v=v"), "--expr", "x + v", "--bins", "9"},
      {"moments", "--shape", "300,1000", "--expr", "uniform(0) + index()", "--where", "coordinate(1) % 3 > 0"},
      {"moments", file() + ".*:/t", "--concat", "0", "--in", in("g=row"), "--expr", "x * g", "-d", "0,10,30"},
  };
  for (const Words& job : jobs) {
    const auto digest = [&](const Words& mode, int ranks) {
      Words words = job;
      words.insert(words.end(), mode.begin(), mode.end());
      return json_of(words, {.ranks = ranks})["result_digest"];
    };
    const Json serial = digest({"--mode", "serial"}, 0);
    EXPECT_EQ(digest({}, 0), serial) << as_text(job);  // on a GPU where there is one
    EXPECT_EQ(digest({"--mode", "threads", "--threads", "3"}, 0), serial) << as_text(job);
    EXPECT_EQ(digest({"--mode", "processes", "--processes", "3"}, 0), serial) << as_text(job);
    for (const int ranks : {2, 3, 5}) {
      if (has_mpirun() && (ranks == 3 || &job == &jobs[0] || &job == &jobs[3])) {  // starting takes a second
        EXPECT_EQ(digest({"--mode", "serial"}, ranks), serial) << as_text(job) << " on " << ranks;
      }
    }
  }
}

TEST_F(ManyInputs, a_dataset_without_a_name_is_x) {
  EXPECT_EQ(json_of({"moments", in("t"), "--in", in("g=g"), "--expr", "x - g"})["result_digest"],
            json_of(moments("t - g", {"t=t", "g=g"}))["result_digest"]);
  EXPECT_EQ(json_of(moments("x", {"x=t"}))["result_digest"], json_of({"moments", in("t")})["result_digest"]);
  EXPECT_EQ(json_of({"moments", in("t"), "--in", in("g=g"), "--where", "g < 10"})["result_digest"],
            json_of({"moments", in("t")})["result_digest"])
      << "without --expr the first is folded";
}

TEST_F(ManyInputs, several_files_are_one_input) {
  const Words alone = moments("t * u", {"t=t", "u=u"});
  const Words joined = {
      "moments",  "--in", "t=" + file() + ".*:/t", "--in", in("u=u"), "--expr", "t * u", "--concat", "0",
      "--memory", "16KiB"};
  for (const char* name : {"count", "min", "max"}) EXPECT_EQ(result_of(joined)[name], result_of(alone)[name]) << name;
  EXPECT_NEAR(result_of(joined)["sum"].get<double>(), result_of(alone)["sum"].get<double>(), 1e-9)
      << "in another order: segments end with files";
}

TEST_F(ManyInputs, of_one_element_none_or_very_many) {
  EXPECT_EQ(result_of(moments("a + b", {"a=one", "b=one"}))["sum"], 5);
  EXPECT_EQ(result_of(moments("a + b", {"a=row", "b=one"}, {"-d", "0,60,61"}))["sum"], 62.5);
  EXPECT_EQ(result_of(moments("a + b", {"a=empty", "b=row"}))["count"], 0);
  EXPECT_EQ(result_of(moments("a", {"a=row"}, {"--shape", "0,61"}))["count"], 0);
  const Json far =
      result_of(moments("1.0 * c * w + 0 * index()", {"c=column", "w=wide"}, {"-d", "0,-2,", "-d", "1,-1,"}));
  EXPECT_EQ(far["max"], 69999.0 * 69999.0);
  EXPECT_EQ(far["min"], 69998.0 * 69999.0);
  EXPECT_EQ(result_of(moments("index()", {}, {"--shape", "1e11", "-d", "0,-2,"}))["max"], 99999999999);
  const Json deep = result_of(moments("a * b", {"a=deep", "b=third"}));
  EXPECT_EQ(deep["sum"], 0 + 1 + 4 + 0 + 4 + 10);
}

TEST_F(ManyInputs, of_places_alone_read_nothing) {
  const Json found = json_of({"moments", "--shape", "1e3,70", "--expr", "1.0"});
  EXPECT_EQ(found["result"]["sum"], 70000);
  EXPECT_EQ(found["run"]["bytes_read"], 0);
  EXPECT_EQ(found["run"]["throughput_gb_s"], 0);
  EXPECT_EQ(found["job"]["inputs"], Json::object());
  EXPECT_EQ(result_of(moments("a", {"a=row"}, {"--shape", "5,61"}))["sum"], 5 * 60 * 61 / 2);
}

TEST_F(ManyInputs, are_counted_once_and_recorded) {
  const Json found = json_of(moments("t * g", {"t=t", "g=g"}));
  EXPECT_EQ(found["run"]["bytes_read"], 40 * 50 * 61 * 4 + 50 * 61 * 2);
  const Json t = {{"input", file()}, {"dataset", "/t"}, {"shape", {40, 50, 61}}, {"dtype", "float32"}};
  EXPECT_EQ(found["job"]["inputs"]["t"], t);
  EXPECT_EQ(found["job"]["inputs"]["g"]["dtype"], "float16");
  EXPECT_EQ(found["job"]["shape"], Json({40, 50, 61}));
  EXPECT_FALSE(found["job"].contains("input"));
  Words plan = moments("t * g", {"t=t", "g=g"});
  plan.insert(plan.begin(), "plan");
  const std::string text = scatterfold(plan).out;
  EXPECT_NE(text.find("input        t (time 40, lat 50, lon 61) of float32, read as values are cut, from "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("input        g (lat 50, lon 61) of float16, kept, from "), std::string::npos) << text;
}

TEST_F(ManyInputs, work_from_a_job_file_and_in_a_comparison) {
  const std::string analysis = "[[analysis]]\nkind = \"moments\"\n";
  spill(out("job.toml"),
        "[input]\nin = {v = \"" + in("v") + "\", a = \"" + in("t") + "\"}\nexpr = \"a * v\"\n" + analysis);
  EXPECT_EQ(json_of({"run", out("job.toml")})["result_digest"],
            json_of(moments("a * v", {"v=v", "a=t"}))["result_digest"])
      << "in the order of the file";
  spill(out("grid.toml"), "[input]\nshape = [1e3, 70]\nexpr = \"1.0\"\n" + analysis);
  EXPECT_EQ(json_of({"run", out("grid.toml")})["result"]["sum"], 70000);
  Words compare = moments("a * v", {"v=v", "a=t"}, {"--repeat", "1", "--modes", "serial,threads"});
  compare.insert(compare.begin(), "compare");
  const Outcome compared = scatterfold(compare);
  EXPECT_NE(compared.out.find("moments of v, a, float32 (61, 40, 50)"), std::string::npos) << compared.out;
  const Outcome grid = scatterfold({"compare", "run", out("grid.toml"), "--repeat", "1", "--modes", "serial,threads"});
  EXPECT_EQ(compared.code, 0) << compared.err;
}

TEST_F(ManyInputs, that_make_no_sense_are_refused) {
  const auto refused = [&](const Words& words, int code, const std::string& part) {
    SCOPED_TRACE(as_text(words));
    expect_error(scatterfold(words), code, part, 2);
  };
  refused(moments("t * o", {"t=t", "o=other"}), 3,
          "t (time 40, lat 50, lon 61) and o (3, 4) do not go together (lat: 50 and 3)");
  refused(moments("o", {"o=other"}, {"--shape", "3,5"}), 3, "o (3, 4) and --shape (3, 5) do not go together");
  refused(moments("o", {"o=other"}, {"--shape", "4"}), 3, "--shape 4 (together it would be 3,4)");
  refused(moments("t * g", {"t=t", "g=g"}, {"-d", "depth,0,1"}), 2, "no dimension \"depth\" in the shape of t, g (-d)");
  refused(moments("t * q", {"t=t"}), 2, "'q' was not declared");
  refused(moments("t", {"t=nothing"}), 3, "nothing");
  refused({"moments", "--in", in("t=t")}, 2, "--in has no use without --expr");
  refused({"moments", "--shape", "3"}, 2, "--shape has no use without --expr");
  refused({"moments", "--shape", "3", "--where", "true"}, 2, "say with --expr what their values are");
  refused(moments("t", {"t"}), 2, "give a name, as in t=");
  refused(moments("t", {"t=t", "t=g"}), 2, "two inputs are called t (--in): give each");
  refused({"moments", in("t"), "--in", in("x=g"), "--expr", "x"}, 2, "two inputs are called x (--in), as the one");
  refused(moments("1", {"2t=t"}), 2, "--in cannot call an input 2t");
  refused(moments("1", {"double=t"}), 2, "a word of C++");
  refused(moments("1", {"sqrt=t"}), 2, "a function that kernels have");
  refused(moments("1", {"t=group/*"}), 2, "all datasets of a group do not go with --in");
  refused({"moments", file() + ":/group/*", "--shape", "9", "--expr", "x"}, 2, "do not go with --shape");
  refused(moments("1", {"t=t"}, {"--dims", "0"}), 2, "leave out --dims");
  refused(moments("1", {"t=t"}, {"--concat", "0"}), 2, "no input's file is one");
  refused(moments("1", {}, {"--shape", "1e10,1e10"}), 2, "give less than 2^63 elements");
  refused(moments("1", {}, {"--shape", "3,-1"}), 2, "--shape has -1");
  refused(moments("1", {}, {"--shape", "3,x"}), 2, "x");
  refused({"moments", "--expr", "1"}, 2, "input is required");
  spill(out("bad.toml"), "[input]\nin = [1]\nshape = 3\n[[analysis]]\nkind = \"moments\"\n");
  EXPECT_EQ(scatterfold({"run", out("bad.toml")}).code, 2);
}

}  // namespace
}  // namespace scatterfold::cli

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda_devices.hpp"
#include "cli/made_by_python.hpp"
#include "user/device_compiler.hpp"

/// --expr and --where: what C++ of a user makes of elements is folded, in every mode with the same bits.
namespace scatterfold::cli {
namespace {

constexpr const char* data_maker = R"(
random = np.random.default_rng(5)
with h5py.File(sys.argv[1], "w") as f:
    f["f4"] = (10 * random.standard_normal((30, 50, 61))).astype("f4")
    f.create_dataset("f8", data=10 * random.standard_normal((7, 20000)), chunks=(3, 4999), compression="gzip", shuffle=True)
    for name in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"):
        low = -100 if name[0] == "i" else 0
        f[name] = random.integers(low, 101, (300, 100)).astype(name)
    f["f2"] = random.standard_normal(1000).astype("f2")
    f["big"] = f["f4"][...].astype(">f4")
    packed = f.create_dataset("packed", data=random.integers(-3000, 3000, (40, 50)).astype("i2"))
    packed.attrs.update(scale_factor=np.float64(0.01), add_offset=np.float64(273), _FillValue=np.int16(-2999))
    packed[3, :] = -2999
    f["empty"] = np.zeros((0, 4))
    f.create_group("group")["a"] = np.arange(9.0)
    f["group/b"] = np.arange(9, dtype="i4")
for i in (0, 1):
    with h5py.File(sys.argv[1] + f".{i}", "w") as f:
        f["x"] = (np.arange(70000.0) + 70000 * i).reshape(7, 10000)
)";

/// The same of NumPy: count, missing, min, max and sum of VALUE where WHERE.
constexpr const char* reference = R"(
file, name, value, where = sys.argv[1:]
d = h5py.File(file)[name]
x = d[...]
there = np.ones(x.shape, bool)
if "_FillValue" in d.attrs:
    there = x != d.attrs["_FillValue"]
    x = x * d.attrs["scale_factor"] + d.attrs["add_offset"]
if x.dtype == np.float16: x = x.astype("f4")
there &= eval(where)
with np.errstate(all="ignore"): v = np.asarray(eval(value))[there].astype("f8")
print(json.dumps([int(v.size), int(there.size - v.size), float(v.min()), float(v.max()), float(v.sum())]))
)";

class Expressions : public MadeByPython<Expressions> {
 public:
  static constexpr const char* maker = data_maker;

 protected:
  static std::string in(const std::string& name) { return file() + ":/" + name; }
};

TEST_F(Expressions, agree_with_numpy_on_every_type) {
  struct Pair {
    const char *expr, *where, *value, *wanted;
  };
  const Pair pairs[] = {{"x > 3 ? sqrt(1.0 * x) : x / 2.0", "x < 50 || x > 273",
                         "np.where(x > 3, np.sqrt(x.astype('f8')), x.astype('f8') / 2)", "(x < 50) | (x > 273)"},
                        {"x > 0", "true", "x > 0", "x == x"}};
  for (const char* name : {"f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "big", "packed"}) {
    for (const Pair& pair : pairs) {
      const Json wanted = Json::parse(run_python(reference, {file(), name, pair.value, pair.wanted}));
      const Json found = json_of({"moments", in(name), "--expr", pair.expr, "--where", pair.where})["result"];
      EXPECT_EQ(found["count"], wanted[0]) << name;
      EXPECT_EQ(found["missing"], wanted[1]) << name;
      EXPECT_NEAR(found["min"].get<double>(), wanted[2].get<double>(), 1e-12) << name;
      EXPECT_NEAR(found["max"].get<double>(), wanted[3].get<double>(), 1e-12) << name;
      const double sum = wanted[4];
      EXPECT_NEAR(found["sum"].get<double>(), sum, 1e-12 * std::abs(sum) + 1e-9) << name;
    }
  }
}

TEST_F(Expressions, have_the_same_bits_in_every_mode) {
  const std::vector<Words> jobs = {
      {"moments", in("f4"), "--expr", "exp(x / 10) * sin(x)", "--order", "4"},
      {"moments", in("f8"), "--expr", "log(abs(x))", "--where", "x > -5 && x != 0"},
      {"moments", in("packed"), "--where", "x > 273"},
      {"histogram", in("f8"), "--expr", "x * x", "--bins", "20"},
      {"moments", in("big"), "--expr", "x - 1", "-d", "0,3,20,2"},
      {"moments", file() + ".*:/x", "--concat", "0", "--expr", "1 / (x + 1)"},
  };
  for (const Words& job : jobs) {
    const auto digest = [&](const Words& mode, int ranks, const std::string& isa = "") {
      Words words = job;
      words.insert(words.end(), mode.begin(), mode.end());
      Start start{.ranks = ranks};
      if (!isa.empty()) start.environment = {{"SCATTERFOLD_ISA", isa}};
      return json_of(words, start)["result_digest"];
    };
    const Json serial = digest({"--mode", "serial"}, 0);
    EXPECT_EQ(digest({}, 0), serial) << as_text(job);  // on a GPU where there is one
    EXPECT_EQ(digest({"--mode", "threads", "--threads", "3"}, 0), serial) << as_text(job);
    EXPECT_EQ(digest({"--mode", "processes", "--processes", "3"}, 0), serial) << as_text(job);
    EXPECT_EQ(digest({"--mode", "serial"}, 0, "portable"), serial) << as_text(job);
    if (has_mpirun()) {
      EXPECT_EQ(digest({"--mode", "serial"}, 3), serial) << as_text(job);
    }
  }
}

TEST_F(Expressions, of_one_element_or_none) {
  EXPECT_EQ(json_of({"moments", in("empty"), "--expr", "x + 1"})["result"]["count"], 0);
  EXPECT_EQ(json_of({"moments", in("f4"), "--where", "false"})["result"]["count"], 0);
  EXPECT_EQ(json_of({"moments", in("f4"), "--expr", "x"})["result_digest"],
            json_of({"moments", in("f4")})["result_digest"]);
}

TEST_F(Expressions, apply_to_each_dataset_of_a_group) {
  const Json found = json_of({"moments", file() + ":/group/*", "--expr", "x / 2.0"});
  EXPECT_EQ(found["datasets"]["a"]["result"]["mean"], 2);
  EXPECT_EQ(found["datasets"]["b"]["result"]["mean"], 2);
  EXPECT_EQ(json_of({"moments", file() + ":/group/*", "--expr", "x / 2"})["datasets"]["b"]["result"]["sum"], 16);
}

TEST_F(Expressions, are_recorded_with_the_result) {
  const Json found = json_of({"moments", in("f4"), "--expr", "x * x", "--where", "x > 0", "-o", out("kept.h5")});
  EXPECT_EQ(found["job"]["expr"], "x * x");
  EXPECT_EQ(found["job"]["where"], "x > 0");
  const std::string plan = scatterfold({"plan", "moments", in("i2"), "--expr", "x * 1.5", "--where", "x > 0"}).out;
  EXPECT_NE(plan.find("values       float64 by --expr 'x * 1.5' and --where 'x > 0'\n"), std::string::npos) << plan;
}

TEST_F(Expressions, work_from_a_job_file) {
  spill(out("job.toml"), "[input]\nfile = \"" + in("f4") + "\"\nexpr = \"x * x\"\nwhere = 'x > 1'\n" +
                             "[[analysis]]\nkind = \"moments\"\n[[analysis]]\nkind = \"histogram\"\nbins = 7\n");
  const Json found = json_of({"run", out("job.toml")});
  const Json alone = json_of({"moments", in("f4"), "--expr", "x * x", "--where", "x > 1"});
  EXPECT_EQ(found["result"]["moments"], alone["result"]);
  EXPECT_EQ(json_of({"run", out("job.toml"), "--expr", "x"})["job"]["expr"], "x") << "the command line comes later";
}

TEST_F(Expressions, with_a_mistake_are_shown_before_any_work) {
  for (const int ranks : {0, 3}) {
    if (ranks > 0 && !has_mpirun()) continue;
    const Outcome outcome = scatterfold(
        {"moments", in("f4"), "--expr", "x + yy", "-o", out("no.h5"), "--mode", "serial"}, {.ranks = ranks});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_NE(outcome.err.find("error: "), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("--expr:1:5: 'yy' was not declared in this scope\n  x + yy\n      ^\n"),
              std::string::npos)
        << outcome.err;
    EXPECT_EQ(outcome.err.find("error: "), outcome.err.rfind("error: ")) << outcome.err;
  }
  EXPECT_FALSE(std::filesystem::exists(out("no.h5")));
  expect_error(scatterfold({"plan", "moments", in("f4"), "--where", "(x > 1"}), 2,
               "--where ends too early: expected ')'", 2);
  expect_error(scatterfold({"moments", in("f4"), "--expr", " "}), 2, "--expr is empty", 2);
  expect_error(scatterfold({"moments", in("f4"), "--expr", "x", "--dims", "0"}), 2, "leave out --dims", 2);
  expect_error(
      scatterfold({"moments", in("i8"), "--expr", "x > 0 ? -9223372036854775807 - 1 : 0", "--where", "x > 50"}), 6,
      "stands for missing elements", 2);
}

TEST_F(Expressions, need_a_compiler) {
  const Start without{.environment = {{"SCATTERFOLD_CXX", "/nowhere/c++"}}};
  expect_error(scatterfold({"moments", in("f4"), "--expr", "x", "--mode", "threads"}, without), 5,
               "no C++ compiler for --kernel", 2);
  EXPECT_EQ(scatterfold({"moments", in("f4")}, without).code, 0) << "nothing else does";
}

TEST_F(Expressions, need_no_other_compiler_than_nvrtc_on_a_gpu) {
  if (!has_device_compiler()) GTEST_SKIP() << "no NVRTC here";
  const Start without{.environment = {{"SCATTERFOLD_CXX", "/nowhere/c++"}}};
  const std::string plan =
      scatterfold({"plan", "moments", in("f4"), "--expr", "x * 2.0", "--mode", "cuda"}, without).out;
  EXPECT_NE(plan.find("values       float64 by --expr"), std::string::npos) << plan;
  expect_error(scatterfold({"plan", "moments", in("f4"), "--expr", "x * y", "--mode", "cuda"}, without), 2,
               "--expr:1:5: identifier \"y\" is undefined", 2);
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: only planned";
  EXPECT_EQ(json_of({"moments", in("f4"), "--expr", "x", "--mode", "cuda"}, without)["result_digest"],
            json_of({"moments", in("f4"), "--mode", "threads"})["result_digest"]);
}

}  // namespace
}  // namespace scatterfold::cli

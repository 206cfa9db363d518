// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "cli/made_by_python.hpp"

/// --kernel and --set: a function from a file is folded, in every mode with the same bits.
namespace scatterfold::cli {
namespace {

constexpr const char* data_maker = R"(
random = np.random.default_rng(6)
with h5py.File(sys.argv[1], "w") as f:
    f["x"] = (280 + 15 * random.standard_normal((30, 50, 61))).astype("f4")
    f.create_dataset("chunked", data=random.standard_normal((41, 57, 35)), chunks=(7, 20, 11), compression="gzip")
    f["grid"] = np.zeros((120, 90), "i1")
    f["n"] = np.arange(200000, dtype="i4")
for i, n in enumerate((7, 4)):
    with h5py.File(sys.argv[1] + f".{i}", "w") as f: f["x"] = np.zeros((3, n, 5))
)";

/// Values of the kernels of inputs/kernels by NumPy: count, min, max and sum.
constexpr const char* reference = R"(
x = h5py.File(sys.argv[1])["x"][...]
i, j = np.mgrid[0:120, 0:90]
def steps(z, c, most):
    count = np.full(z.shape, most)
    for step in range(most):
        out = (count == most) & (z.real * z.real + z.imag * z.imag > 4)
        count[out] = step
        z = np.where(count == most, z * z + c, z)
    return count
f = np.float32
d = (x.astype("f8") - 288) / 15
values = {
    "clip": np.clip(x, f(250), f(300)),
    "gaussian": np.exp(-0.5 * d * d) / (15 * np.sqrt(2 * np.pi)),
    "vector_add": x + f(1),
    "saxpy": f(2) * x + f(1),
    "mandelbrot": steps(np.zeros((120, 90), complex), (-2 + 2.5 * j / 90) + 1j * (-1.25 + 2.5 * i / 120), 60),
    "julia": steps((-1.5 + 3.0 * j / 90) + 1j * (-1.5 + 3.0 * i / 120), -0.8 + 0.156j, 60)}
print(json.dumps({name: [int(v.size), float(v.min()), float(v.max()), float(v.astype("f8").sum())] for name, v in values.items()}))
)";

class Kernels : public MadeByPython<Kernels> {
 public:
  static constexpr const char* maker = data_maker;

 protected:
  static std::string in(const std::string& name) { return file() + ":/" + name; }
  static std::string example(const std::string& name) {
    return SCATTERFOLD_SOURCE_DIR "/inputs/kernels/" + name + ".hpp";
  }
  /// A kernel file of this text.
  static std::string kernel(const std::string& text) {
    static int files = 0;
    const std::string path = out("kernel" + std::to_string(files++) + ".hpp");
    spill(path, text);
    return path;
  }
};

TEST_F(Kernels, examples_agree_with_numpy) {
  const std::pair<std::string, Words> jobs[] = {
      {"clip", {in("x"), "--set", "low=250", "--set", "high=300"}},
      {"gaussian", {in("x"), "--set", "mean=288", "--set", "width=15"}},
      {"vector_add", {in("x"), "--set", "y=1"}},
      {"saxpy", {in("x"), "--set", "a=2", "--set", "y=1"}},
      {"mandelbrot", {in("grid"), "--set", "most=60"}},
      {"julia", {in("grid"), "--set", "re=-0.8", "--set", "im=0.156", "--set", "most=60"}},
  };
  const Json wanted = Json::parse(run_python(reference, {file()}));
  for (const auto& [name, options] : jobs) {
    Words words = {"moments", options.front(), "--kernel", example(name)};
    words.insert(words.end(), options.begin() + 1, options.end());
    const Json found = json_of(words)["result"];
    EXPECT_EQ(found["count"], wanted[name][0]) << name;
    // NumPy's exp differs by an ulp or two; the others are exact.
    for (const auto& [field, at] : {std::pair{"min", 1}, {"max", 2}, {"sum", 3}}) {
      const double value = wanted[name][static_cast<std::size_t>(at)];
      EXPECT_NEAR(found[field].get<double>(), value, 1e-12 * std::abs(value)) << name << " " << field;
    }
  }
}

TEST_F(Kernels, estimates_are_within_their_standard_errors) {
  const std::tuple<std::string, Words, double> jobs[] = {
      {"pi_darts", {}, 3.141592653589793},
      {"integral", {}, 155.0 / 6},
      {"option_price",
       {"--set", "price=100", "--set", "strike=100", "--set", "rate=0.05", "--set", "volatility=0.2", "--set",
        "years=1"},
       10.450583572185565},
  };
  for (const auto& [name, options, answer] : jobs) {
    for (const char* seed : {"1", "2"}) {
      Words words = {"moments", in("n"), "--kernel", example(name), "--seed", seed};
      words.insert(words.end(), options.begin(), options.end());
      const Json found = json_of(words)["result"];
      const double error = found["std"].get<double>() / std::sqrt(found["count"].get<double>());
      EXPECT_NEAR(found["mean"].get<double>(), answer, 4 * error) << name << ", seed " << seed;
      EXPECT_NE(found["mean"], answer);
    }
  }
}

TEST_F(Kernels, draw_what_generate_draws) {
  for (const std::string kind : {"uniform", "normal"}) {
    scatterfold({"generate", out(kind + ".h5:/x"), "--shape", "1000,7", "--distribution", kind, "--seed", "9",
                 "--dtype", "float64", "-q"});
    const Json generated = json_of({"moments", out(kind + ".h5:/x")});
    const Json drawn = json_of({"moments", out(kind + ".h5:/x"), "--expr", kind + "(0)", "--seed", "9"});
    EXPECT_EQ(drawn["result_digest"], generated["result_digest"]) << kind;
    EXPECT_EQ(drawn["job"]["seed"], 9);
  }
}

TEST_F(Kernels, know_places_in_the_whole_dataset) {
  const auto sum_of = [](const Words& words, const std::string& expr) {
    Words all = words;
    all.insert(all.end(), {"--expr", expr});
    return json_of(all)["result"]["sum"].get<std::int64_t>();
  };
  const std::string square = "index() * coordinate(1) - coordinate(-1) * extent(0) + dimensions()";
  const auto numpy = [](const std::string& shape, const std::string& part) {
    return std::stoll(run_python("shape = " + shape + "; i = np.arange(np.prod(shape)).reshape(shape)\n" +
                                 "c = np.indices(shape)\nv = i * c[1] - c[2] * shape[0] + 3\nprint(v[" + part +
                                 "].sum())"));
  };
  EXPECT_EQ(sum_of({"moments", in("x")}, square), numpy("(30, 50, 61)", "..."));
  EXPECT_EQ(sum_of({"moments", in("chunked")}, square), numpy("(41, 57, 35)", "..."));
  for (const char* name : {"x", "chunked"}) {
    EXPECT_EQ(sum_of({"moments", in(name), "-d", "0,3,20,2", "-d", "1,5,41", "-d", "2,-9,-1,3"}, square),
              numpy(name[0] == 'x' ? "(30, 50, 61)" : "(41, 57, 35)", "3:20:2, 5:41, -9:-1:3"));
  }
  EXPECT_EQ(sum_of({"moments", file() + ".*:/x", "--concat", "1"}, square), numpy("(3, 11, 5)", "..."));
  EXPECT_EQ(sum_of({"moments", file() + ".*:/x", "--concat", "1", "-d", "1,2,9"}, square),
            numpy("(3, 11, 5)", ":, 2:9"));
}

TEST_F(Kernels, have_the_same_bits_in_every_mode) {
  const std::string odd = kernel(
      "KERNEL double f(double x, double scale) {\n  double sum = normal(0) * scale;\n"
      "  for (int k = 1; k < 4; ++k) sum += uniform(k) * coordinate(k - 1);\n  return sum + x;\n}\n");
  const std::vector<Words> jobs = {
      {"moments", in("chunked"), "--kernel", odd, "--set", "scale=0.1", "--seed", "3", "--where", "index() % 3 != 0"},
      {"histogram", in("x"), "--kernel", odd, "--set", "scale=3", "--bins", "30", "-d", "1,0,50,3"},
      {"moments", in("grid"), "--kernel", example("mandelbrot"), "--set", "most=300"},
  };
  for (const Words& job : jobs) {
    const auto digest = [&](const Words& mode, int ranks, const Environment& environment = {}) {
      Words words = job;
      words.insert(words.end(), mode.begin(), mode.end());
      return json_of(words, {.ranks = ranks, .environment = environment})["result_digest"];
    };
    const Json serial = digest({"--mode", "serial"}, 0);
    EXPECT_EQ(digest({}, 0), serial) << as_text(job);
    EXPECT_EQ(digest({"--mode", "threads", "--threads", "3"}, 0), serial) << as_text(job);
    EXPECT_EQ(digest({"--mode", "processes", "--processes", "3"}, 0), serial) << as_text(job);
    EXPECT_EQ(digest({"--mode", "serial"}, 0, {{"SCATTERFOLD_ISA", "portable"}}), serial) << as_text(job);
    if (has_mpirun()) {
      EXPECT_EQ(digest({"--mode", "serial"}, 3), serial) << as_text(job);
    }
  }
}

TEST_F(Kernels, are_recorded_with_the_result) {
  const std::string path =
      kernel("KERNEL float low(float x, float a) { return x - a; }\nKERNEL float same(float x) { return x; }\n");
  const Words words = {"moments", in("x"),   "--kernel", path + ":low", "--set",
                       "a=1.5",   "--where", "x > b",    "--set",       "b=0x10"};
  const Json job = json_of(words)["job"];
  EXPECT_EQ(job["kernel"], path + ":low");
  EXPECT_EQ(job["set.a"], 1.5);
  EXPECT_EQ(job["set.b"], 16);
  EXPECT_EQ(job["kernel_digest"].get<std::string>().size(), 32u);
  EXPECT_FALSE(job.contains("seed")) << "nothing random";
  Words plan = words;
  plan.insert(plan.begin(), "plan");
  const Outcome planned = scatterfold(plan);
  EXPECT_NE(planned.out.find("--kernel '" + path + ":low' and --where 'x > b' with a = 1.5, b = 16\n"),
            std::string::npos)
      << planned.out << planned.err;
}

TEST_F(Kernels, work_from_a_job_file) {
  spill(out("job.toml"), "[input]\nfile = \"" + in("x") + "\"\nkernel = \"" + example("clip") +
                             "\"\nset = {low = 250, high = 3e2}\n[[analysis]]\nkind = \"moments\"\n");
  const Json alone =
      json_of({"moments", in("x"), "--kernel", example("clip"), "--set", "low=250", "--set", "high=300"});
  EXPECT_EQ(json_of({"run", out("job.toml")})["result_digest"], alone["result_digest"]);
  const Json changed = json_of({"run", out("job.toml"), "--set", "input.set.high=260"});
  EXPECT_EQ(changed["result"]["max"], 260);
  spill(out("bad.toml"), "[input]\nfile = \"" + in("x") + "\"\nkernel = \"" + example("clip") +
                             "\"\nset = {low = \"250\", float = 1, high = nan}\n[[analysis]]\nkind = \"moments\"\n");
  const Outcome bad = scatterfold({"run", out("bad.toml")});
  EXPECT_EQ(bad.code, 2);
  for (const char* part :
       {"a text where a number is wanted", "--set cannot give a number to float", "NaN where a number"})
    EXPECT_NE(bad.err.find(part), std::string::npos) << bad.err;
}

TEST_F(Kernels, that_cannot_be_used_are_refused) {
  const std::string good = example("clip");
  const auto refused = [&](const Words& options, int code, const std::string& says) {
    Words words = {"moments", in("x")};
    words.insert(words.end(), options.begin(), options.end());
    expect_error(scatterfold(words), code, says, 2);
  };
  spill(out("large.hpp"), std::string((1 << 20) + 1, ' '));
  spill(out("binary.hpp"), std::string("KERNEL\0", 7));
  refused({"--kernel", out("absent.hpp")}, 2, "cannot open kernel file " + out("absent.hpp") + ": No such file");
  refused({"--kernel", out(".")}, 2, "is a directory");
  refused({"--kernel", "/proc/self/mem"}, 3, "cannot read kernel file /proc/self/mem");
  refused({"--kernel", out("large.hpp")}, 2, "is too large (1 MiB): a kernel file has at most 1 MiB");
  refused({"--kernel", out("binary.hpp")}, 2, "is no text");
  refused({"--kernel", kernel(" \n")}, 2, "is empty");
  refused({"--kernel", kernel("float f(float x) { return x; }")}, 2, "is marked KERNEL");
  refused({"--kernel", ""}, 2, "--kernel is empty");
  refused({"--kernel", good + ":clop"}, 2, "no kernel clop in ");
  refused({"--kernel", good, "--expr", "x"}, 2, "leave one of them out");
  refused({"--kernel", good, "--dims", "0"}, 2, "leave out --dims");
  refused({"--kernel", good}, 2, "clip.hpp:8:34: nothing is called low: give it with --set low=NUMBER");
  refused({"--set", "a=1"}, 2, "nothing uses --set a: it is for --kernel");
  refused({"--expr", "x", "--set", "a=1"}, 2, "nothing uses --set a");
  refused({"--expr", "x * a", "--set", "a=1", "--set", "a=2"}, 2, "--set a is given twice");
  refused({"--expr", "x * a", "--set", "a=one"}, 2, "--set a is no number");
  refused({"--expr", "x * exp", "--set", "exp=1"}, 2, "a function that kernels have");
  EXPECT_EQ(json_of({"moments", in("grid"), "--expr", "x * a + 2", "--set", "a=1"})["result"]["sum"], 21600);
}

TEST_F(Kernels, with_a_mistake_that_compilers_let_pass_are_refused) {
  const auto refuse = [&](const std::string& text, const Words& more, const std::string& part) {
    Words words = {"moments", in("n"), "--kernel", kernel(text), "--mode", "serial", "-q"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome outcome = scatterfold(words);
    EXPECT_EQ(outcome.code, 2) << text << outcome.err;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "") << text;
  };
  refuse("KERNEL double f(double x) { if (x < 5) return 3; }", {}, ".hpp:1:");
  for (const char* number : {"n=99999999999", "n=3.7", "n=1e300"})
    refuse("KERNEL int f(double x, int n) { return n; }", {"--set", number}, ".hpp:1: narrowing");
  refuse("KERNEL double f(double x) {\n  double a[10000000];\n  a[(int)x] = x;\n  return a[(int)(x / 2)];\n}", {},
         "frame size");
  refuse("#if 1\nKERNEL double f(double x) { return x; }\n", {}, "unterminated #if");
  refuse("#define C(a, b) a##b\nKERNEL double f(double x) { return C(ind, ex)(); }\n", {}, "index");
}

TEST_F(Kernels, are_no_place_for_results) {
  const std::string text = "KERNEL double f(double x) { return x; }\n", path = kernel(text);
  expect_error(scatterfold({"moments", in("n"), "--kernel", path, "--json", path, "-q"}), 4, "is the input", 2);
  expect_error(scatterfold({"moments", in("n"), "--kernel", path, "-o", path, "--overwrite", "-q"}), 4, "is the input",
               2);
  EXPECT_EQ(slurp(path), text);
}

TEST_F(Kernels, that_divide_by_zero_end_with_a_line) {
  const Words words = {"moments", in("n"), "--expr", "1000 / (x - 150000)", "-q"};
  for (const Words& mode : {Words{"serial"}, {"threads", "--threads", "3"}, {"processes", "--processes", "2"}}) {
    Words all = words;
    all.emplace_back("--mode");
    all.insert(all.end(), mode.begin(), mode.end());
    expect_error(scatterfold(all), 6, "divides a whole number by zero", 2);
  }
  for (const char* expression : {"1 / 0", "1 / (x - 150000)", "(x - 150000) / (x - 150000)"}) {
    expect_error(scatterfold({"moments", in("n"), "--expr", expression, "--mode", "serial", "-q"}), 6,
                 "divides a whole number by zero", 2);
  }
}

}  // namespace
}  // namespace scatterfold::cli

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "base/instruction_set.hpp"
#include "math/random.hpp"
#include "user/map_values.hpp"

/// Kernels of several inputs and parameters, compiled; and what is said of those that do not fit.
namespace scatterfold {
namespace {

UserCode kernel(const std::string& text, const std::vector<UserParameter>& parameters = {},
                const std::string& where = "", const std::string& name = "") {
  return {"", where, {"k.hpp", name, text}, parameters};
}

std::string refusal_of(const UserCode& code, const std::vector<UserInput>& inputs) {
  try {
    compile(code, inputs, "portable");
  } catch (const UsageError& error) {
    return error.what();
  }
  ADD_FAILURE() << "not refused";
  return "";
}

TEST(Kernel, takes_inputs_and_numbers_by_name) {
  const UserCode code = kernel(
      "struct Pair { float a, b; float sum() const { return twice(a) + b; }\n"
      "  static constexpr float twice(float x) { return 2 * x; } };\n"
      "constexpr float table[] = {10, 20, 30};\n"
      "const float half = 0.5f;\n"
      "float later(float x) { return after(x) * half; }\n"
      "float after(float x) { return x + 1; }\n"
      "template <class T> T square(T x) { return x * x; }\n"
      "#define PLUS(a, b) ((a) + (b))\n"
      "KERNEL double f(float rh, double limit, long long n, float t) {\n"
      "  if (t < limit) return t;\n"
      "  const float sum = Pair{t, rh}.sum();\n"
      "  return PLUS(later(sum) + table[n], square(rh));\n"
      "}\n",
      {{"n", std::int64_t{2}}, {"limit", 3.5}});
  EXPECT_EQ(map_values<double>(code, 2, {}, Elements<float>{"t", {1, 4}}, Elements<double>{"rh", {0, 8}}),
            (std::vector<double>{1, (8 + 8 + 1) * 0.5 + 30 + 64}));
}

TEST(Kernel, has_structs_whose_functions_call_static_ones) {
  const UserCode code = kernel(
      "static double wave(double x) { return math::sin(x) + exp(x); }\n"
      "struct Angle { double x; double both() const { return wave(x) + math::cos(x); } };\n"
      "KERNEL double f(double x) { return Angle{x}.both() - sin(x) - cos(x); }\n");
  const double expected = (math::sin(0.5) + math::exp(0.5)) + math::cos(0.5) - math::sin(0.5) - math::cos(0.5);
  EXPECT_EQ(map_values<double>(code, 1, {}, Elements<double>{"x", {0.5}})[0], expected);
}

TEST(Kernel, goes_with_where_which_may_call_its_functions) {
  const UserCode code = kernel("bool odd(int n) { return n % 2 != 0; }\nKERNEL int f(int x) { return x * x; }\n",
                               {{"least", std::int64_t{3}}}, "odd(x) && x >= least");
  const LoadedMap map(compile(code, {{"x", ElementType::int32}}, "portable"));
  const std::vector<int> x = {1, 3, 4, 5};
  const void* const inputs[] = {x.data()};
  const user::MissingRule rule = {};
  std::vector<std::int64_t> values(4);
  user::UserCall call = {inputs, &rule, 4, nullptr, nullptr, 0, 0, 77, values.data()};
  map.map()(call);
  EXPECT_EQ(values, (std::vector<std::int64_t>{77, 9, 77, 25}));
}

TEST(Kernel, says_of_unknown_names_what_there_is) {
  const std::vector<UserInput> two = {{"t", ElementType::float32}, {"rh", ElementType::float32}};
  const std::string text = "KERNEL float f(float t,\n               float limt) { return t; }\n";
  EXPECT_EQ(refusal_of(kernel(text, {{"limit", 1.0}}), two).substr(0, 26), "nothing uses --set limit: ");
  EXPECT_EQ(refusal_of(kernel(text, {{"limit", 1.0}}, "t < limit"), two),
            "k.hpp:2:22: nothing is called limt: did you mean limit? give it with --set limt=NUMBER, or rename it "
            "(there are the inputs t, rh; --set gives limit)\n                 float limt) { return t; }\n"
            "                       ^");
  EXPECT_EQ(refusal_of(kernel("KERNEL float f(float t) { return t; }", {{"rh", 1.0}}), two),
            "--set rh has the name of an input: choose another name");
  EXPECT_EQ(refusal_of(kernel("KERNEL float f(float t) { return t; }", {{"tt", 1.0}}), two),
            "nothing uses --set tt: did you mean t? f takes t");
  EXPECT_EQ(refusal_of({"t", "", {}, {{"limit", 1.0}}}, two), "nothing uses --set limit: leave it out");
}

TEST(Kernel, has_its_mistakes_shown_where_they_are) {
  const std::vector<UserInput> x = {{"x", ElementType::float32}};
  const bool stdout_was_there = std::filesystem::is_symlink("/dev/stdout");
  for (const char* compiler : {"c++", "clang++"}) {
    if (std::string(compiler) == "clang++" && !std::filesystem::exists("/usr/bin/clang++")) {
      std::cout << "SKIPPED in part: no clang++ here\n";
      continue;
    }
    setenv("SCATTERFOLD_CXX", compiler, 1);
    const auto place_of = [&](const std::string& text) {
      const std::string all = refusal_of(kernel(text), x);
      return all.substr(0, all.find(' ')) + all.substr(std::min(all.find('\n'), all.size()));
    };
    EXPECT_EQ(place_of("KERNEL float f(float x) {\n  return x + yy;\n}\n"),
              "k.hpp:2:14:\n    return x + yy;\n               ^");
    EXPECT_EQ(place_of("constexpr int a = 1; constexpr int b = zz;\nKERNEL int f(float x) { return a; }\n"),
              "k.hpp:1:40:\n  constexpr int a = 1; constexpr int b = zz;\n                                         ^");
    EXPECT_EQ(place_of("struct P { float a; };\n\nKERNEL float f(P x) { return x.a; }\n"), "k.hpp:3:");
    EXPECT_EQ(refusal_of(kernel("KERNEL void f(float x) {}"), x), "--kernel: the value of an element must be a number");
    EXPECT_EQ(refusal_of(kernel("float g(float x);\nKERNEL float f(float x) { return g(x); }"), x),
              "g(float) is declared and nowhere defined (k.hpp): give it a body");
    EXPECT_EQ(std::filesystem::is_symlink("/dev/stdout"), stdout_was_there) << "a linker that failed removed it";
    unsetenv("SCATTERFOLD_CXX");
  }
}

TEST(Kernel, that_divides_by_zero_is_an_error) {
  for (const char* text :
       {"KERNEL int f(int x) { return 5 / x; }", "KERNEL long long f(int x) { return 5 % (x + 0ll); }",
        "KERNEL int f(int x) { return (-2147483647 - 1) / (x - 1); }"}) {
    for (int i = 0; i < 3; ++i) {  // again after it was caught
      EXPECT_THROW(map_values<std::int64_t>(kernel(text), 2, {}, Elements<int>{"x", {1, 0}}), NumericError) << text;
    }
    EXPECT_EQ(map_values<std::int64_t>(kernel(text), 1, {}, Elements<int>{"x", {5}}).size(), 1u);
  }
}

TEST(Kernel, knows_the_place_of_its_element) {
  const TestPlace place{{4, 5, 6}, 17};
  const auto of = [&](const std::string& words) {
    return map_values<std::int64_t>({words, ""}, 100, place, Elements<float>{"x", std::vector<float>(100)});
  };
  const auto index = of("index()"), first = of("coordinate(0)"), second = of("coordinate(1)"),
             last = of("coordinate(-1)");
  for (std::int64_t i = 0; i < 100; ++i) {
    const std::int64_t n = 17 + i;
    const auto at = static_cast<std::size_t>(i);
    ASSERT_EQ(index[at], n);
    ASSERT_EQ(first[at], n / 30);
    ASSERT_EQ(second[at], n / 6 % 5);
    ASSERT_EQ(last[at], n % 6);
  }
  EXPECT_EQ(of("extent(0) * 100 + extent(-1) * 10 + dimensions()")[0], 463);
  EXPECT_EQ(of("coordinate(3) + coordinate(-4) + extent(3) + extent(-4) + 10 * extent(1ll << 40)")[0], 12)
      << "no such dimension: index 0, length 1";
}

TEST(Kernel, knows_places_in_large_shapes) {
  const auto of = [](const TestPlace& place, const std::string& words) {
    return map_values<std::int64_t>({words, ""}, 3, place, Elements<float>{"x", {0, 0, 0}});
  };
  for (const long long rows : {1ll << 30, 1ll << 42}) {  // quotients of float64, and of whole numbers
    const long long columns = (1ll << 20) - 1, first = rows * columns - 3;
    const TestPlace place{{rows, columns}, first};
    EXPECT_EQ(of(place, "coordinate(0)"), (std::vector<std::int64_t>(3, rows - 1)));
    EXPECT_EQ(of(place, "coordinate(1)"), (std::vector<std::int64_t>{columns - 3, columns - 2, columns - 1}));
    const TestPlace edge{{rows, columns}, (rows / 3) * columns - 1};
    EXPECT_EQ(of(edge, "coordinate(0)"), (std::vector<std::int64_t>{rows / 3 - 1, rows / 3, rows / 3}));
    EXPECT_EQ(of(edge, "coordinate(1)"), (std::vector<std::int64_t>{columns - 1, 0, 1}));
  }
}

TEST(Kernel, has_random_numbers_of_its_element) {
  TestPlace place{{1000}, 5, 42};
  const UserCode code{"uniform(0) + 10 * uniform(3) + normal(2)", ""};
  const Elements<float> x{"x", std::vector<float>(500)};
  const auto portable = map_values<double>(code, 500, place, x);
  for (std::size_t i = 0; i < portable.size(); ++i) {
    const auto at = [&](auto draw_of, math::Bits draw) { return draw_of(math::Bits{42}, math::Bits{5 + i}, draw); };
    const auto uniform = [](auto... all) { return math::uniform_at(all...); };
    const auto normal = [](auto... all) { return math::normal_at(all...); };
    ASSERT_EQ(portable[i], at(uniform, 0) + 10 * at(uniform, 3) + at(normal, 2)) << i;
  }
  for (const char* set : {"avx2", "avx512"}) {
    if (!processor_has(set)) continue;
    place.instruction_set = set;
    EXPECT_EQ(map_values<double>(code, 500, place, x), portable) << set;
  }
}

TEST(Kernel, uses_its_place_only_where_it_asks) {
  const auto asks = [](const UserCode& code) {
    EXPECT_EQ(LoadedMap(compile(code, {{"x", ElementType::float32}}, "portable")).uses_place(), uses_place(code));
    return uses_place(code);
  };
  EXPECT_FALSE(asks({"x + 1 /* index() */", ""}));
  EXPECT_TRUE(asks({"", "index() > 3"}));
  EXPECT_TRUE(asks(kernel("#define WHERE coordinate(0)\nKERNEL int f() { return WHERE; }")));
  EXPECT_TRUE(uses_random_numbers({"normal(0)", ""}));
  EXPECT_FALSE(uses_random_numbers({"index()", ""}));
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/compiler.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/error.hpp"
#include "base/instruction_set.hpp"
#include "fold/kernels.hpp"
#include "math/trigonometric.hpp"
#include "user/compiler_words.hpp"
#include "user/loaded_map.hpp"
#include "user/map_values.hpp"

/// What becomes of an expression, and what is said of one that cannot be compiled.
namespace scatterfold {
namespace {

template <class Value, class Element>
std::vector<Value> values_of(const UserCode& code, const std::vector<Element>& elements,
                             const std::string& instruction_set = "portable") {
  return map_values<Value>(code, elements.size(), {.shape = {}, .instruction_set = instruction_set},
                           Elements<Element>{"x", elements});
}

TEST(Compile, the_value_has_the_type_that_cpp_gives_it) {
  const std::vector<float> x = {1.5f, -2.0f, 0.25f};
  EXPECT_EQ(values_of<float>({"x * x", ""}, x), (std::vector<float>{2.25f, 4.0f, 0.0625f}));
  EXPECT_EQ(values_of<double>({"x * 0.5", ""}, x), (std::vector<double>{0.75, -1, 0.125}));
  EXPECT_EQ(values_of<std::int64_t>({"x > 0", ""}, x), (std::vector<std::int64_t>{1, 0, 1}));
  const std::vector<std::int8_t> small = {-128, 127, 3};
  EXPECT_EQ(values_of<std::int64_t>({"x * x", ""}, small), (std::vector<std::int64_t>{16384, 16129, 9}));
  EXPECT_EQ(values_of<double>({"sqrt(x)", ""}, std::vector<std::uint16_t>{4, 65535, 0})[0], 2);
  const std::vector<std::uint64_t> large = {1, std::uint64_t{1} << 63, 7};
  EXPECT_EQ(values_of<std::uint64_t>({"x + 1", ""}, large),
            (std::vector<std::uint64_t>{2, (std::uint64_t{1} << 63) + 1, 8}));
  EXPECT_EQ(values_of<std::int64_t>({"x - 1", ""}, std::vector<std::uint32_t>{0, 5}),
            (std::vector<std::int64_t>{4294967295, 4}))
      << "unsigned, as in C++";
}

TEST(Compile, the_bits_are_those_of_every_instruction_set) {
  std::vector<float> x(5000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 977) / 31 - 11;
  const UserCode code{
      "x < 0 ? exp(x) * sin(x) + tanh(x) - cbrt(x) : sqrt(x) / (1 + log(x + 1)) + x * x - 3 * x + pow(x, 1.5f) + erf(x "
      "/ 4)",
      ""};
  const auto portable = values_of<float>(code, x);
  for (const char* set : {"avx2", "avx512"}) {
    if (!processor_has(set)) continue;
    EXPECT_EQ(values_of<float>(code, x, set), portable) << set;
  }
}

TEST(Compile, has_every_function_for_every_number) {
  const std::string one_number[] = {"sqrt", "exp",  "exp2",  "expm1", "log",   "log2",  "log10", "log1p", "sin",
                                    "cos",  "tan",  "asin",  "acos",  "atan",  "sinh",  "cosh",  "tanh",  "cbrt",
                                    "erf",  "erfc", "floor", "ceil",  "round", "trunc", "fabs"};
  const std::string two_numbers[] = {"atan2", "pow", "hypot", "fmod", "fmin", "fmax"};
  std::string all = "fma(x, x, x) + to_int<short>(x) + abs(x) + min(x, x) + max(x, x)";
  for (const std::string& name : one_number)
    all += " + " + name + "(x) + " + name + "(1) + " + name + "(1.0f) + " + name + "(1.0)";
  for (const std::string& name : two_numbers) {
    for (const char* arguments : {"(x, x)", "(x, 2)", "(2.0, x)", "(x, 2.0f)", "(3, 2)", "(2u, 1.5f)"})
      all += " + " + name + arguments;
  }
  EXPECT_EQ(values_of<double>({all, ""}, std::vector<float>{0.5f}).size(), 1u);
  EXPECT_EQ(values_of<double>({all, ""}, std::vector<double>{0.5}).size(), 1u);
  EXPECT_EQ(values_of<float>({"pow(x, x) + sin(x) + hypot(x, x)", ""}, std::vector<float>{0.5f}).size(), 1u)
      << "of float32 a float32";
}

TEST(Compile, to_int_saturates_whole_numbers_too) {
  const std::vector<std::int64_t> x = {-300, -1, 0, 7, 300, std::numeric_limits<std::int64_t>::min()};
  EXPECT_EQ(values_of<std::int64_t>({"to_int<signed char>(x)", ""}, x),
            (std::vector<std::int64_t>{-128, -1, 0, 7, 127, -128}));
  EXPECT_EQ(values_of<std::int64_t>({"to_int<unsigned char>(x)", ""}, x),
            (std::vector<std::int64_t>{0, 0, 0, 7, 255, 0}));
  EXPECT_EQ(values_of<std::int64_t>({"to_int<long long>(x)", ""}, x), x);
  const std::vector<std::uint64_t> large = {std::uint64_t{1} << 63, 5};
  EXPECT_EQ(values_of<std::int64_t>({"to_int<long long>(x)", ""}, large),
            (std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::max(), 5}));
}

TEST(Compile, angles_of_any_size_have_the_bits_of_the_functions) {
  std::vector<double> x(5000);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = std::ldexp(1.0 + 1e-3 * static_cast<double>(i), static_cast<int>(i % 23) - 3);
  const auto check = [&](const std::string& what) {
    for (const std::string set : {"portable", host_instruction_set()}) {
      const auto sums = values_of<double>({"sin(x) + 3 * cos(x)", ""}, x, set);
      const std::vector<float> narrow(x.begin(), x.end());
      const auto tans = values_of<float>({"tan(x)", ""}, narrow, set);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double sum = math::sin(x[i]) + 3 * math::cos(x[i]);
        ASSERT_TRUE(sums[i] == sum || sum != sum) << what << ": " << x[i];
        ASSERT_EQ(__builtin_bit_cast(unsigned, tans[i]), __builtin_bit_cast(unsigned, math::tan(narrow[i])))
            << what << ": " << x[i];
      }
    }
  };
  check("medium");
  x[17] = std::numeric_limits<double>::infinity();
  x[18] = std::numeric_limits<double>::quiet_NaN();
  x[19] = -0.0;
  check("no numbers");
  x[4711] = 1e300;
  x[20] = -3e7;
  check("large");
}

TEST(Compile, says_what_is_wrong_where) {
  EXPECT_EQ(message_of<UsageError>({"x + yy", ""}),
            "--expr:1:5: 'yy' was not declared in this scope\n  x + yy\n      ^");
  EXPECT_EQ(message_of<UsageError>({"x", "x >\n  limit"}),
            "--where:2:3: 'limit' was not declared in this scope\n    limit\n    ^");
  EXPECT_EQ(message_of<UsageError>({"(x + 1", ""}), "--expr ends too early: expected ')' before ';' token");
  EXPECT_EQ(message_of<UsageError>({"\"text\"", ""}), "--expr: the value of an element must be a number");
  EXPECT_EQ(message_of<UsageError>({"sin(x, x)", ""}),
            "--expr:1:4: no matching function for call to 'sin(const float&, const float&)'\n  sin(x, x)\n     ^");
}

TEST(Compile, understands_clang) {
  const std::string said = "--expr:1:3: error: use of undeclared identifier 'zz'\nx+zz\n  ^\n1 error generated.\n";
  EXPECT_EQ(first_mistake(said, {"x+zz", ""}), "--expr:1:3: use of undeclared identifier 'zz'\n  x+zz\n    ^");
  EXPECT_EQ(first_mistake("scatterfold:410:3: error: static_assert failed due to requirement 'is_real<const char *>' "
                          "\"--expr: the value of an element must be a number\"\n",
                          {"\"x\"", ""}),
            "--expr: the value of an element must be a number");
  EXPECT_EQ(first_mistake("cc1plus: error: out of memory\n", {"x", ""}), "");
}

TEST(Compile, says_it_of_odd_words) {
  EXPECT_EQ(message_of<UsageError>({"x", "(void)0"}), "--where: must be true or false");
  EXPECT_EQ(message_of<UsageError>({"\t\xc3\xa4 + x", ""}).substr(0, 12), "--expr:1:2: ");
  const std::string escape = message_of<UsageError>({"\"\x1b[31m\" + yy", ""});
  EXPECT_EQ(escape.find('\x1b'), std::string::npos) << "a terminal would turn red";
  EXPECT_EQ(message_of<UsageError>({std::string(300'000, 'a'), ""}).substr(0, 12), "--expr:1:1: ");
  EXPECT_EQ(first_mistake("--expr:1:4: error: 'yy'\n", {"\t\xc3\xa4yy", ""}),
            "--expr:1:4: 'yy'\n  \t\xc3\xa4yy\n  \t ^");
}

TEST(Compile, computes_as_cpp_does_with_narrow_numbers) {
  const std::vector<std::int8_t> x = {-128, 5};
  EXPECT_EQ(values_of<std::int64_t>({"abs(x)", ""}, x), (std::vector<std::int64_t>{128, 5}));
  EXPECT_EQ(values_of<double>({"min(x, 2.5)", ""}, x), (std::vector<double>{-128, 2.5}));
  EXPECT_EQ(values_of<float>({"max(x, 2.0f)", ""}, std::vector<float>{1, 3}), (std::vector<float>{2, 3}));
  EXPECT_EQ(values_of<double>({"isnan(x) + fma(x, 2.0, 1)", ""}, x)[1], 11);
}

TEST(Compile, needs_a_compiler) {
  setenv("SCATTERFOLD_CXX", "/nowhere/c++", 1);
  EXPECT_EQ(
      message_of<ResourceError>({"x", ""}),
      "no C++ compiler for --kernel, --expr and --where (/nowhere/c++: No such file or directory): install one (GCC or "
      "Clang), name it in SCATTERFOLD_CXX, or use --mode cuda where a GPU is");
  setenv("SCATTERFOLD_CXX", "false", 1);
  EXPECT_EQ(message_of<ResourceError>({"x", ""}).substr(0, 86),
            "the C++ compiler failed for --kernel, --expr and --where (false: it ended with code 1)");
  setenv("SCATTERFOLD_CXX", "true", 1);
  EXPECT_EQ(message_of<ResourceError>({"x", ""}).substr(0, 86),
            "the C++ compiler failed for --kernel, --expr and --where (true: it ended with code 0):");
  unsetenv("SCATTERFOLD_CXX");
}

TEST(LoadedMap, refuses_what_is_no_program) {
  const std::vector<std::byte> bytes(100);
  EXPECT_THROW(LoadedMap{bytes}, ResourceError);
  EXPECT_THROW(LoadedMap{std::span<const std::byte>()}, ResourceError);
}

}  // namespace
}  // namespace scatterfold

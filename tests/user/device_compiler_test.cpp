// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/device_compiler.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "user/compiler_words.hpp"

/// Code for GPUs, compiled without one. What it computes is looked at where there is a GPU (tests/backend/cuda).
namespace scatterfold {
namespace {

class DeviceCompiler : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_device_compiler()) GTEST_SKIP() << "no NVRTC here: nothing was compiled for GPUs";
  }
};

/// Of the values.
ElementType type_of(const UserCode& code, ElementType element) {
  const std::vector<std::byte> program = compile_for_device(code, {{"x", element}}, "sm_90").bytes;
  EXPECT_EQ(static_cast<char>(program.at(1)), 'E') << "an ELF image";
  return static_cast<ElementType>(program.back());
}

template <class Kind>
std::string message_of(const UserCode& code, const std::string& architecture = "sm_90") {
  try {
    compile_for_device(code, {{"x", ElementType::float32}}, architecture);
  } catch (const Kind& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error of that kind: " << code.value;
  return "";
}

TEST_F(DeviceCompiler, values_have_the_types_that_they_have_on_the_processor) {
  using Type = ElementType;
  for (const Type type : {Type::int8, Type::uint8, Type::int16, Type::uint16, Type::int32, Type::uint32, Type::int64,
                          Type::uint64, Type::float32, Type::float64}) {
    const bool whole = !is_float(type);
    EXPECT_EQ(type_of({"x * 0.5", "x > 1"}, type), Type::float64) << name_of(type);
    EXPECT_EQ(type_of({"x > 0", ""}, type), Type::int64) << name_of(type);
    EXPECT_EQ(type_of({"", "x != 3"}, type), type == Type::uint64 ? type : whole ? Type::int64 : type) << name_of(type);
    EXPECT_EQ(type_of({"sqrt(x)", ""}, type), type == Type::float32 ? type : Type::float64) << name_of(type);
  }
}

TEST_F(DeviceCompiler, tells_of_divisions_that_only_processors_notice_the_end_of) {
  const auto divides = [](const std::string& value, ElementType type) {
    return compile_for_device({value, ""}, {{"x", type}}, "sm_90").divides_whole_numbers;
  };
  for (const ElementType type : {ElementType::int8, ElementType::uint16, ElementType::int32, ElementType::uint64}) {
    EXPECT_TRUE(divides("1000 / x", type)) << name_of(type);
    EXPECT_TRUE(divides("7 % (x + 1)", type)) << name_of(type);
    EXPECT_FALSE(divides("x / 7 + x % 12", type)) << name_of(type);
    EXPECT_FALSE(divides("1000.0 / x + sin(x) + pow(x, 0.3) + fmod(x, 2.0)", type)) << name_of(type);
  }
  EXPECT_FALSE(divides("1000 / x", ElementType::float32));
}

TEST_F(DeviceCompiler, refuses_what_compilers_let_pass) {
  UserCode code;
  code.kernel = {"k.hpp", "", "KERNEL float f(float x) {\n  if (x < 5) return 3;\n}"};
  const auto refusal = [&] {
    try {
      compile_for_device(code, {{"x", ElementType::float32}}, "sm_90");
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(refusal().substr(0, 8), "k.hpp:3:") << refusal();
  code.kernel.text = "KERNEL int f(float x, int n) { return n; }";
  code.parameters = {{"n", 3.7}};
  EXPECT_EQ(refusal().substr(0, 8), "k.hpp:1:") << refusal();
}

TEST_F(DeviceCompiler, has_every_function) {
  std::string all = "fma(x, x, x) + to_int<short>(x) + abs(x) + min(x, x) + max(x, x) + isnan(x) + isfinite(x)";
  for (const char* name :
       {"sqrt", "exp",  "exp2", "expm1", "log",  "log2", "log10", "log1p", "sin",  "cos",   "tan",   "asin", "acos",
        "atan", "sinh", "cosh", "tanh",  "cbrt", "erf",  "erfc",  "floor", "ceil", "round", "trunc", "fabs"}) {
    all += std::string(" + ") + name + "(x) + " + name + "(1) + " + name + "(1.0)";
  }
  for (const char* name : {"atan2", "pow", "hypot", "fmod", "fmin", "fmax"}) {
    all += std::string(" + ") + name + "(x, x) + " + name + "(x, 2) + " + name + "(2.0, x)";
  }
  EXPECT_EQ(type_of({all, ""}, ElementType::float32), ElementType::float64);
}

TEST_F(DeviceCompiler, says_what_is_wrong_where) {
  EXPECT_EQ(message_of<UsageError>({"x + yy", ""}), "--expr:1:5: identifier \"yy\" is undefined\n  x + yy\n      ^");
  EXPECT_EQ(message_of<UsageError>({"x", "x >\n  limit"}),
            "--where:2:3: identifier \"limit\" is undefined\n    limit\n    ^");
  EXPECT_EQ(message_of<UsageError>({"(x + 1", ""}), "--expr ends too early: expected a \")\"");
  EXPECT_EQ(message_of<UsageError>({"\"text\"", ""}), "--expr: the value of an element must be a number");
  EXPECT_EQ(message_of<UsageError>({"x", "(void)0"}), "--where: must be true or false");
  EXPECT_EQ(message_of<UsageError>({"\t\xc3\xa4 + x", ""}).substr(0, 12), "--expr:1:2: ");
  EXPECT_EQ(message_of<UsageError>({std::string(300'000, 'a'), ""}).substr(0, 10), "--expr:1:1");
}

TEST_F(DeviceCompiler, takes_kernel_files) {
  const auto kernel = [](const std::string& text) { return UserCode{"", "", {"own.hpp", "", text}, {}}; };
  EXPECT_EQ(
      type_of(kernel("float twice(float y) { return 2 * y; }\nKERNEL double f(float x) { return twice(x) + 0.5; }"),
              ElementType::float32),
      ElementType::float64);
  EXPECT_EQ(message_of<UsageError>(kernel("KERNEL float f(float x) {\n  return x + z;\n}")),
            "own.hpp:2:14: identifier \"z\" is undefined\n    return x + z;\n               ^");
  EXPECT_EQ(message_of<UsageError>(kernel("float g(float x);\nKERNEL float f(float x) { return g(x); }")),
            "g(float) is declared and nowhere defined (own.hpp): give it a body");
}

TEST_F(DeviceCompiler, refuses_a_gpu_that_it_does_not_know) {
  EXPECT_EQ(message_of<ResourceError>({"x", ""}, "sm_1").substr(0, 67),
            "cannot compile --kernel, --expr and --where for the GPU (NVRTC: nvr");
}

TEST(CompilerWords, understands_nvrtc) {
  const std::string said =
      "scatterfold(12): warning #1097-D: unknown attribute\n  [[x]]\n    ^\n\n"
      "--expr(1): error: no instance of overloaded function \"sin\" matches the argument list\n"
      "            argument types are: (const float, const float)\n  1 + sin(x, x)\n      ^\n\n1 error detected.\n";
  EXPECT_EQ(
      first_mistake(said, {"1 + sin(x, x)", ""}),
      "--expr:1:5: no instance of overloaded function \"sin\" matches the argument list\n  1 + sin(x, x)\n      ^");
  EXPECT_EQ(first_mistake("--where(3): error #29: expected an expression\n", {"", "x"}),
            "--where:3: expected an expression");
}

}  // namespace
}  // namespace scatterfold

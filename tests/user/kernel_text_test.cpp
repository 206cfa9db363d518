// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/kernel_text.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

/// What is found in a kernel file, and what is refused before a compiler sees it.
namespace scatterfold {
namespace {

/// "f(a, b)"
std::vector<std::string> found_in(const std::string& text) {
  std::vector<std::string> all;
  for (const KernelFunction& function : read_kernel_text({"k.hpp", "", text}).functions) {
    std::string one = function.name + "(";
    for (const KernelFunction::Parameter& parameter : function.parameters) {
      EXPECT_EQ(text.substr(parameter.at, parameter.name.size()), parameter.name);
      one += (one.back() == '(' ? "" : ", ") + parameter.name;
    }
    EXPECT_EQ(text.substr(function.at, function.name.size()), function.name);
    all.push_back(one + ")");
  }
  return all;
}

std::string refusal_of(const std::string& text, const std::string& name = "") {
  const KernelFile file{"k.hpp", name, text};
  try {
    chosen_kernel(file, read_kernel_text(file));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

using Found = std::vector<std::string>;

TEST(KernelText, has_the_functions_with_their_parameters) {
  EXPECT_EQ(found_in("KERNEL float heat_index(float t, float rh, float limit) { return t; }"),
            Found{"heat_index(t, rh, limit)"});
  EXPECT_EQ(found_in("KERNEL double f() { return 1; } KERNEL double g(void) { return 1; }"), (Found{"f()", "g()"}));
  EXPECT_EQ(found_in("KERNEL unsigned long long f(const unsigned char&x,double* const y, long long z = g(1, 2)) {}"),
            Found{"f(x, y, z)"});
  EXPECT_EQ(found_in("KERNEL float f(pair<float, int> p, float q[3], float r = a < b) noexcept {}"),
            Found{"f(p, q, r)"});
  EXPECT_EQ(found_in("template <class T, int N = (1 > 0)>\nKERNEL T f(T x) { return x; }"), Found{"f(x)"});
}

TEST(KernelText, has_no_functions_where_there_is_no_code) {
  EXPECT_EQ(found_in("// KERNEL float a(float x) {\n/* } KERNEL float b(float x) { */ #define KERNEL_X (\n"
                     "const char* t = \"KERNEL float c(float x) {\"; char q = '{'; char r = '\\'';\n"
                     "const char* s = R\"--(KERNEL float d(float x) { )\" )--\";\n"
                     "#define SQUARE(x) \\\n  ((x) * (x)) KERNEL {\n"
                     "struct S { void KERNEL(float x) {} };\nfloat helper(float x) { return x; }\n"
                     "KERNEL float e(float x) { return SQUARE(x); }"),
            Found{"e(x)"});
}

TEST(KernelText, makes_constants_static_in_their_line_and_column) {
  const auto members = [](const std::string& text) {
    const std::string kernel = "KERNEL int f() { constexpr int inner = 1; return inner; }\n";
    const std::string all = read_kernel_text({"k.hpp", "", text + kernel}).as_members;
    EXPECT_TRUE(all.ends_with(kernel)) << all;
    return all.substr(0, all.size() - kernel.size());
  };
  EXPECT_EQ(members("constexpr int n = 3;\n"), "\nstatic\n#line 1 \"--kernel\"\nconstexpr int n = 3;\n");
  EXPECT_EQ(members("int a;\n\t\xc3\xa4 ; inline constexpr int n = 3;\n"),
            "int a;\n\t\xc3\xa4 ; \nstatic\n#line 2 \"--kernel\"\n\t    inline constexpr int n = 3;\n");
  EXPECT_EQ(members("constexpr float sq(float x) { return x; }\n"),
            "\nstatic\n#line 1 \"--kernel\"\nconstexpr float sq(float x) { return x; }\n");
  for (const char* as_it_is : {"static constexpr int n = 3;\n", "constexpr static int n = 3;\n", "const int n = 3;\n",
                               "struct S { int a = 1; };\n", "// constexpr int n;\n"}) {
    EXPECT_EQ(members(as_it_is), as_it_is);
  }
  EXPECT_EQ(members("template <int N>\nconstexpr int n = N;\n"),
            "template <int N>\n\nstatic\n#line 2 \"--kernel\"\nconstexpr int n = N;\n");
}

TEST(KernelText, is_refused_with_its_place) {
  EXPECT_EQ(refusal_of("float x = 1;\n  #include <cmath>\nKERNEL float f(float x) { return x; }"),
            "k.hpp:2:3: a kernel file includes nothing (#include): leave the line out; the functions that there are "
            "need no header (docs/kernels.md)\n    #include <cmath>\n    ^");
  EXPECT_EQ(refusal_of("KERNEL float f(float x) {\n  return (x;\n}"),
            "k.hpp:3:1: '}' where '(' is still open\n  }\n  ^");
  EXPECT_EQ(refusal_of("KERNEL float f(float x) {\n"),
            "k.hpp:1:25: '{' is never closed\n  KERNEL float f(float x) {\n                          ^");
  EXPECT_EQ(refusal_of("KERNEL float f(float x) { return x; } }").substr(0, 31), "k.hpp:1:39: '}' closes nothing\n");
  EXPECT_EQ(refusal_of("KERNEL float f(float) { return 1; }").substr(0, 50),
            "k.hpp:1:16: parameter 1 of the kernel f has no nam");
  EXPECT_EQ(refusal_of("KERNEL float f(const double, float x) { return 1; }").substr(0, 33),
            "k.hpp:1:16: parameter 1 of the ke");
  EXPECT_EQ(refusal_of("KERNEL float f(float x);").substr(0, 47), "k.hpp:1:14: the kernel f has no body: write { .");
  EXPECT_EQ(refusal_of("KERNEL int f() { return 1; }\nKERNEL int f(int x) { return x; }").substr(0, 28),
            "k.hpp:2:12: a second kernel ");
  for (const char* no_function : {"KERNEL", "KERNEL float x = 3;", "KERNEL struct S {};", "KERNEL (int x) {}"}) {
    EXPECT_EQ(refusal_of(no_function).substr(0, 47), "k.hpp:1:1: KERNEL is not followed by a function");
  }
  EXPECT_EQ(refusal_of("float f(float x) { return x; }"),
            "no function in k.hpp is marked KERNEL: write one, as in KERNEL float twice(float x) { return 2 * x; }");
}

TEST(KernelText, of_several_kernels_one_is_named) {
  const std::string two = "KERNEL int inside(int x) { return x; }\nKERNEL int outside(int x) { return x; }\n";
  EXPECT_EQ(refusal_of(two), "k.hpp has 2 kernels (inside, outside): name one, as in --kernel k.hpp:inside");
  EXPECT_EQ(refusal_of(two, "outsid"), "no kernel outsid in k.hpp: did you mean outside? there are inside, outside");
  EXPECT_EQ(refusal_of(two, "outside"), "");
  EXPECT_EQ(refusal_of("KERNEL int f() { return 1; }", "g"), "no kernel g in k.hpp: there is f");
}

TEST(KernelText, odd_text_does_no_harm) {
  for (const std::string text :
       {"", "KERNEL float f(", "template <", "template <class T", "[[", "\"", "R\"", "R\"x(", "'", "/*", "#",
        "#include", "\\", "KERNEL template <> (", "KERNEL a b", "(((((", "}", "#\\\n"}) {
    EXPECT_NE(refusal_of(text), "") << text;
  }
}

}  // namespace
}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include <string>
#include <vector>

#include "fold/kernels.hpp"
#include "kernels/libm_loop.hpp"
#include "measure/arguments.hpp"
#include "measure/main.hpp"
#include "measure/requirement.hpp"
#include "measure/rounds.hpp"
#include "user/compiler.hpp"
#include "user/loaded_map.hpp"

/// The functions that users' code has, compiled at run time as `--expr 'exp(x)'` is, on one core with data in cache,
/// beside a loop over the C library's.
///   bench_kernels [--rounds 15]
/// Axes: function, type. Elements: 4096, as often as makes 4 million.
namespace scatterfold::bench {
namespace {

constexpr long long elements = 4096, repeats = 1024;

/// Where a function is measured: between these, evenly.
struct Function {
  const char* name;
  double low, high;
};
constexpr Function functions[] = {{"exp", -20, 20},    {"log", 1e-3, 1e3},  {"sin", -10, 10},     {"exp2", -20, 20},
                                  {"expm1", -2, 2},    {"log2", 1e-3, 1e3}, {"log10", 1e-3, 1e3}, {"log1p", -0.5, 10},
                                  {"cos", -10, 10},    {"tan", -10, 10},    {"asin", -1, 1},      {"acos", -1, 1},
                                  {"atan", -10, 10},   {"sinh", -10, 10},   {"cosh", -10, 10},    {"tanh", -3, 3},
                                  {"cbrt", -1e3, 1e3}, {"erf", -3, 3},      {"erfc", -3, 6}};

template <class T>
void bench_function(const Function& function, ElementType type, int rounds, Requirement& required) {
  std::vector<T> x(elements), mine(elements), libm(elements);
  for (long long i = 0; i < elements; ++i) {
    x[i] = static_cast<T>(function.low + (function.high - function.low) * static_cast<double>(i * 2731 % elements) /
                                             static_cast<double>(elements));
  }
  const LoadedMap map(compile({fmt::format("{}(x)", function.name), ""}, {{"x", type}}, host_instruction_set()));
  const void* const inputs[] = {x.data()};
  const user::MissingRule none_missing = {};
  user::UserCall call = {};
  call.inputs = inputs;
  call.rules = &none_missing;
  call.count = elements;
  call.values = mine.data();
  const LibmLoop<T> loop = libm_loop<T>(function.name);
  const auto often = [](const auto& work) {
    return seconds_of([&] {
      for (long long r = 0; r < repeats; ++r) work();
    });
  };
  const std::vector<double> seconds =
      median_seconds({[&] { return often([&] { map.map()(call); }); },
                      [&] { return often([&] { loop(x.data(), elements, libm.data()); }); }},
                     rounds);
  const double each = 1e9 / static_cast<double>(elements * repeats), ratio = seconds[1] / seconds[0];
  const std::string row = fmt::format("{} of {}", function.name, name_of(type));
  const std::string_view name = function.name;
  const bool asked = name == "exp" || name == "log" || name == "sin";
  fmt::print("{:<7}{:<9}{:>9.3f}{:>9.3f}{:>8.2f} {}\n", function.name, name_of(type), seconds[0] * each,
             seconds[1] * each, ratio, asked ? required.take(row, ratio) : "");
  std::fflush(stdout);
}

int run(int argc, char** argv) {
  const int rounds = static_cast<int>(number_argument(argc, argv, "--rounds", 15));
  fmt::print("{} code, nanoseconds per element, median of {} rounds, contenders in turn\n", host_instruction_set(),
             rounds);
  fmt::print("{:<7}{:<9}{:>9}{:>9}{:>8}\n", "", "", "ours", "libm", "ratio");
  Requirement required{"exp, log, sin: x a loop over the C library's", Requirement::Sense::at_least, 2};
  for (const Function& function : functions) {
    bench_function<double>(function, ElementType::float64, rounds, required);
    bench_function<float>(function, ElementType::float32, rounds, required);
  }
  required.print();
  return 0;
}

}  // namespace
}  // namespace scatterfold::bench

int main(int argc, char** argv) {
  return scatterfold::bench::main_of("bench_kernels", scatterfold::bench::run, argc, argv);
}

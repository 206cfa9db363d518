// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/instruction_set.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "base/error.hpp"

namespace scatterfold {

bool processor_has(std::string_view instruction_set) {
#if defined(__x86_64__)
  // Feature by feature: Clang before 18 does not know the names of the levels here.
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                  __builtin_cpu_supports("fma");
  if (instruction_set == "avx2") return v3;
  if (instruction_set == "avx512") {
    return v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
  }
#endif
  return instruction_set == "portable";
}

std::size_t choose_instruction_set(std::span<const std::string_view> compiled) {
  const char* wanted = std::getenv("SCATTERFOLD_ISA");
  std::size_t best = 0;
  for (std::size_t i = 0; i < compiled.size(); ++i) {
    if (!processor_has(compiled[i])) continue;
    best = i;
    if (wanted != nullptr && compiled[i] == wanted) return i;
  }
  if (wanted != nullptr && *wanted != '\0') {
    throw UsageError(fmt::format("no kernels for \"{}\" (SCATTERFOLD_ISA): this build and processor have up to {}",
                                 wanted, compiled[best]));
  }
  return best;
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "folds/registry.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "base/error.hpp"

namespace scatterfold {
namespace {

const InstructionSet& chosen() {
  static const InstructionSet& set = []() -> const InstructionSet& {
    const char* wanted = std::getenv("SCATTERFOLD_ISA");
    const InstructionSet* best = nullptr;
    for (const InstructionSet& candidate : instruction_sets()) {
      if (!processor_has(candidate.name)) continue;
      best = &candidate;
      if (wanted != nullptr && candidate.name == wanted) return candidate;
    }
    if (wanted != nullptr && *wanted != '\0') {
      throw UsageError(fmt::format("no kernels for \"{}\" (SCATTERFOLD_ISA): this build and processor have up to {}",
                                   wanted, best->name));
    }
    return *best;
  }();
  return set;
}

}  // namespace

bool processor_has(const std::string& instruction_set) {
#if defined(__x86_64__)
  if (instruction_set == "avx2") return __builtin_cpu_supports("x86-64-v3");
  if (instruction_set == "avx512") return __builtin_cpu_supports("x86-64-v4");
#endif
  return instruction_set == "portable";
}

const char* host_instruction_set() { return chosen().name.c_str(); }

HostLeafKernel host_leaf_kernel(const KernelKey& key) {
  for (const HostKernelTable& table : chosen().folds) {
    if (table.fold == key.fold && key.variant < table.variants) {
      return table.kernels[key.variant * element_type_count + static_cast<int>(key.value)];
    }
  }
  throw Error(ExitCode::internal, fmt::format("no kernel {}/{} was compiled", key.fold, key.variant));
}

HostDecodeKernel host_decode_kernel(const Decoding& decoding) {
  return chosen().decode(decoding.stored, decoding.packed);
}

const Analysis* find_analysis(std::string_view name) {
  for (const Analysis* analysis : all_analyses()) {
    if (analysis->name() == name) return analysis;
  }
  return nullptr;
}

}  // namespace scatterfold

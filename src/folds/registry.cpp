// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "folds/registry.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/error.hpp"

namespace scatterfold {
namespace {

const InstructionSet& chosen() {
  static const InstructionSet& set = []() -> const InstructionSet& {
    std::vector<std::string_view> names;
    for (const InstructionSet& compiled : instruction_sets()) names.push_back(compiled.name);
    return instruction_sets()[choose_instruction_set(names)];
  }();
  return set;
}

const HostKernelTable& table_of(const KernelKey& key) {
  for (const HostKernelTable& table : chosen().folds) {
    if (table.fold == key.fold && key.variant < table.variants) return table;
  }
  throw Error(ExitCode::internal, fmt::format("no kernel {}/{} was compiled", key.fold, key.variant));
}

int place_of(const KernelKey& key) { return key.variant * element_type_count + static_cast<int>(key.value); }

}  // namespace

const char* host_instruction_set() { return chosen().name.c_str(); }

HostLeafKernel host_leaf_kernel(const KernelKey& key) { return table_of(key).kernels[place_of(key)]; }

const HostColumnKernels& host_column_kernels(const KernelKey& key) { return table_of(key).columns[place_of(key)]; }

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

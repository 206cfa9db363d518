// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "filters/byte_kernels.hpp"

#include <bit>
#include <vector>

#include "base/instruction_set.hpp"

namespace scatterfold {

static_assert(std::endian::native == std::endian::little, "the kernels load several bytes as one number");

const ByteKernels& byte_kernels() {
  static const ByteKernels& best = []() -> const ByteKernels& {
    std::vector<std::string_view> names;
    for (const ByteKernels& compiled : all_byte_kernels()) names.push_back(compiled.instruction_set);
    return all_byte_kernels()[choose_instruction_set(names)];
  }();
  return best;
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "base/instruction_set.hpp"
#include "fold/analysis.hpp"
#include "fold/kernels.hpp"

namespace scatterfold {

/// The kernels compiled for one instruction set; the generated registry lists them from the plainest to the best.
struct InstructionSet {
  std::string name;
  HostDecodeKernel (*decode)(ElementType stored, bool packed);
  std::vector<HostKernelTable> folds;
};
const std::vector<InstructionSet>& instruction_sets();

}  // namespace scatterfold

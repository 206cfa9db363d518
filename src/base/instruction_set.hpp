// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace scatterfold {

/// Whether this processor (and its operating system) runs code for "portable", "avx2" (x86-64-v3) or "avx512"
/// (x86-64-v4).
bool processor_has(std::string_view instruction_set);

/// Which of the sets that kernels were compiled for to use: the one that SCATTERFOLD_ISA names, else the last that the
/// processor has. `compiled` goes from the plainest to the best. Errors: UsageError if SCATTERFOLD_ISA names none of
/// them.
std::size_t choose_instruction_set(std::span<const std::string_view> compiled);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/element_type.hpp"
#include "user/user_code.hpp"

namespace scatterfold {

/// Compiles a user's code for elements of these inputs and processors with this instruction set ("portable", "avx2",
/// "avx512") to the bytes of a shared object, by `c++` or what SCATTERFOLD_CXX names. Contraction is off, as everywhere
/// in the program.
/// Errors: UsageError with the compiler's words about the first mistake, and a caret below the user's own line;
/// ResourceError where there is no compiler or it fails by itself.
std::vector<std::byte> compile(const UserCode& code, const std::vector<UserInput>& inputs,
                               const std::string& instruction_set);

}  // namespace scatterfold

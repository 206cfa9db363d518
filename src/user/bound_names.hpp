// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <vector>

#include "user/kernel_text.hpp"
#include "user/user_code.hpp"

namespace scatterfold {

/// Whether every argument of the kernel (null: there is none) is an input or a number of --set, no name means two
/// things, and every number is used. Errors: UsageError that says what there is.
void check_names(const UserCode& code, const std::vector<UserInput>& inputs, const KernelFunction* kernel);

}  // namespace scatterfold

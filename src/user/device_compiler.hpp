// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "user/user_code.hpp"

namespace scatterfold {

/// Whether this machine has NVRTC, CUDA's run-time compiler; it needs no GPU.
bool has_device_compiler();

/// Compiles a user's code for elements of one input and GPUs of this architecture ("sm_90"), with the settings of the
/// program's own kernels, to what a DeviceMappedSource takes.
/// Errors: UsageError with the compiler's words about the first mistake, and a caret below the user's own line;
/// ResourceError where there is no compiler or it fails by itself.
std::vector<std::byte> compile_for_device(const UserCode& code, const std::vector<UserInput>& inputs,
                                          const std::string& architecture);

}  // namespace scatterfold

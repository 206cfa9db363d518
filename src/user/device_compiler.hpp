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

/// What a DeviceMappedSource takes, and whether it divides whole numbers by others: on a GPU some number would come of
/// a division by zero, where processors end the run.
struct DeviceProgram {
  std::vector<std::byte> bytes;
  bool divides_whole_numbers = false;
};

/// Compiles a user's code for elements of one input and GPUs of this architecture ("sm_90"), with the settings of the
/// program's own kernels.
/// Errors: UsageError with the compiler's words about the first mistake, and a caret below the user's own line;
/// ResourceError where there is no compiler or it fails by itself.
DeviceProgram compile_for_device(const UserCode& code, const std::vector<UserInput>& inputs,
                                 const std::string& architecture);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/device_compiler.hpp"

#include "base/error.hpp"

/// Linked instead of nvrtc/ where the build found no NVRTC.
namespace scatterfold {

bool has_device_compiler() { return false; }

DeviceProgram compile_for_device(const UserCode&, const std::vector<UserInput>&, const std::string&) {
  throw ResourceError(
      "this scatterfold was built without NVRTC, which compiles --kernel, --expr and --where for GPUs: use --mode "
      "threads");
}

}  // namespace scatterfold

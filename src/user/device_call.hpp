// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "user/user_call.hpp"

/// What a user's function is called with on a GPU; without any other header, as it is compiled with the function, too.
namespace scatterfold::user {

/// Consecutive elements of the buffers.
struct DeviceRun {
  long long first;
  int count, reserved;
};

/// See UserCall. Blocks with the same x share the run of that number.
struct DeviceCall {
  const void* inputs[1];
  MissingRule rules[1];
  const DeviceRun* runs;
  unsigned long long missing;
  void* values;                 ///< where in this buffer its element is in the other
  unsigned long long* refused;  ///< becomes the least place whose value is `missing` by itself
};

}  // namespace scatterfold::user

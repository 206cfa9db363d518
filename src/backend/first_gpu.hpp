// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// For a process that needs one GPU: lets CUDA see the first of those that it would, because it starts all that it
/// sees, one after the other (0.15 s each on the machines of docs/verified/h200.md). Before CUDA starts.
/// Returns how many it would have seen; 0 where only CUDA can tell, and then nothing has changed.
/// `listing`: the folder in which the driver lists the GPUs of the machine.
int show_first_gpu_only(const std::string& listing = "/proc/driver/nvidia/gpus");

}  // namespace scatterfold

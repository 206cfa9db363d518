// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// "0-3,8" of the affinity mask.
std::string affinity_text();

/// Where the shell would find `program`; empty where it would not.
std::string on_path(const std::string& program);

/// "AMD EPYC 9654", or the architecture where the kernel does not say.
std::string processor_name();

}  // namespace scatterfold

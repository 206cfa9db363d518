// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// This machine's name without its domain, as messages show it.
std::string host_name();

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <string_view>

namespace scatterfold {

/// ASCII letters in lower case, everything else as it is.
std::string lower_case(std::string_view text);

/// Without spaces and tabs at either end.
std::string trimmed(std::string_view text);

}  // namespace scatterfold

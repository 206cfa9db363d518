// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "user/user_code.hpp"

namespace scatterfold {

/// What GCC, Clang or NVRTC say about the first mistake in the user's words, with the line and a caret below and
/// nothing of the code around it: "--expr:1:5: 'yy' was not declared in this scope", "  x + yy", "      ^". Empty where
/// they say nothing of the kind.
std::string first_mistake(const std::string& said, const UserCode& code);

std::string first_line(const std::string& text);

}  // namespace scatterfold

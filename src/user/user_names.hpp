// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <span>
#include <string_view>

namespace scatterfold {

bool is_cpp_keyword(std::string_view word);
/// Letters, digits and underscores, not a digit first.
bool is_cpp_name(std::string_view text);

/// The functions that users' code has without a header, but for the next two lists (user_side.hpp).
std::span<const std::string_view> user_functions();
/// Those of the element's place, random numbers among them, and these alone.
std::span<const std::string_view> place_functions();
std::span<const std::string_view> random_functions();

/// What a name is that no input and no number can have: "a function that kernels have". Empty where they can have it.
std::string_view why_no_name(std::string_view text);

}  // namespace scatterfold

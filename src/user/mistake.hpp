// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scatterfold {

/// Without what a terminal would take for a command.
std::string shown_in_terminal(std::string text);

/// Something wrong in what a user wrote, as compilers say it: "--expr:1:5: WORDS", "  x + yy", "      ^". Lines and
/// columns count from 1 (0: not known); without the line where `text` has no such place.
std::string mistake_at(const std::string& name, std::size_t row, std::size_t column, const std::string& words,
                       std::string_view text);
/// The same of the byte `at` of `text`.
std::string mistake_at(const std::string& name, std::size_t at, const std::string& words, std::string_view text);

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scatterfold {

/// Text from a file, fit for one line of a message: line ends and tabs become spaces, other control characters and
/// invalid UTF-8 '?', and what is longer than `most_bytes` ends in "...".
std::string printable(std::string_view text, std::size_t most_bytes = 200);

}  // namespace scatterfold

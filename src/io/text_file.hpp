// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <string_view>

namespace scatterfold {

/// Writes a report. A regular file is replaced atomically; anything else (/dev/null, a pipe) is written straight.
/// Errors: OutputError.
void write_text_file(const std::string& path, std::string_view text);

}  // namespace scatterfold

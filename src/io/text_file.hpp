// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "io/result_file.hpp"

namespace scatterfold {

/// Writes a report. A regular file is replaced atomically; anything else (/dev/null, a pipe) is written straight.
/// Errors: OutputError.
void write_text_file(const std::string& path, std::string_view text);

/// The same up to the rename, which is the caller's: a claim where a regular file is to be replaced, none where the
/// text has been written straight. Errors: OutputError.
std::optional<OutputClaim> write_text_partial(const std::string& path, std::string_view text);

}  // namespace scatterfold

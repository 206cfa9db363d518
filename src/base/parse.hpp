// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scatterfold {

/// "4GiB" -> bytes. Units B, KiB, MiB, GiB, TiB (also kB, MB, GB, TB of 1000); a bare number is bytes. Fractions
/// allowed. Errors: UsageError naming the text, for anything else, negative, NaN or past 2^63.
std::int64_t parse_bytes(std::string_view text);

/// "90s", "0.05s", "1h30m", "2d" -> seconds. A bare number is seconds. Errors: UsageError.
double parse_seconds(std::string_view text);

/// A whole number, also "1e6" when exact. Errors: UsageError.
std::int64_t parse_integer(std::string_view text);

/// A finite or infinite real number. Errors: UsageError, also for NaN.
double parse_real(std::string_view text);

/// The candidates nearest to `word` by edit distance, best first, at most `limit`, only plausible ones.
std::vector<std::string> near_names(std::string_view word, const std::vector<std::string>& candidates,
                                    std::size_t limit = 3);

/// 1536 -> "1.5 KiB".
std::string format_bytes(double bytes);

/// "1 rank", "4 ranks"; `many` where it takes more than an s.
std::string counted(std::int64_t n, const std::string& one, const std::string& many = {});

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "fold/result.hpp"

namespace scatterfold {

/// A number as our JSON has it: non-finite ones are strings.
nlohmann::ordered_json json_number(double value);

/// An integer as our JSON has it: a string where float64, and so most readers of JSON, would lose digits (past 2^53).
nlohmann::ordered_json json_number(Int128 value);
nlohmann::ordered_json json_number(std::int64_t value);

/// Indented, but with arrays (and small objects) of plain values on one line: a histogram is not 65536 lines. Bytes
/// that are not UTF-8 (a file name may have them) become U+FFFD. No line end behind it.
std::string json_text(const nlohmann::ordered_json& document);

}  // namespace scatterfold

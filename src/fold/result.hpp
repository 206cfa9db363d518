// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace scatterfold {

__extension__ using Int128 = __int128;

/// One named value of a result. Integers that may pass 2^63 (exact sums, uint64 extremes) are Int128.
using ResultValue = std::variant<double, std::int64_t, Int128, std::vector<double>, std::vector<std::int64_t>>;

struct ResultField {
  std::string name;
  ResultValue value;
};

/// What one analysis found. The order of the fields is part of the contract: the digest follows it.
struct Result {
  std::string analysis;  ///< "moments"
  std::string name;      ///< the name the job gives it; the analysis where it gives none
  std::vector<ResultField> fields;
};

/// The decimal digits of an exact integer.
std::string to_string(Int128 value);

/// XXH3-128 over the results' float64 and int64 values, little-endian, in the order of results and fields, as 32 hex
/// digits. NaN is one canonical NaN; an Int128 that does not fit int64 is hashed as 16 bytes.
std::string result_digest(const std::vector<Result>& results);

}  // namespace scatterfold

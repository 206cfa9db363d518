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

/// A number out of an array: integers in full.
using ArrayNumber = std::variant<double, Int128>;

/// What is told of an array of results, which itself stays in a file.
struct ArraySummary {
  std::string name;
  std::vector<std::string> dimensions;
  std::vector<std::int64_t> shape;
  ArrayNumber min, max, sum;     ///< of what is neither blank nor NaN; the extremes are NaN where nothing is
  std::int64_t values = 0;       ///< how many there are
  std::int64_t blank = 0;        ///< of those, how many say nothing: of positions without elements
  std::int64_t nan = 0;          ///< and how many others are NaN
  std::vector<ArrayNumber> few;  ///< the values themselves, where there are few; blank ones are NaN
  bool wanted = true;            ///< false: only looked at, not to be shown
};

/// What one analysis found. The order of the fields is part of the contract: the digest follows it.
struct Result {
  std::string analysis;  ///< "moments"
  std::string name;      ///< the name the job gives it; the analysis where it gives none
  std::vector<ResultField> fields;
  std::vector<ArraySummary> arrays = {};  ///< with positions: in the place of fields
};

/// The results of one dataset, where a file has those of several.
struct ResultGroup {
  std::string name;    ///< of the dataset; empty: it is the only one
  std::string digest;  ///< of its results
  std::vector<Result> results;
};

/// The decimal digits of an exact integer.
std::string to_string(Int128 value);

/// XXH3-128 over the results' float64 and int64 values, little-endian, in the order of results and fields, as 32 hex
/// digits. NaN is one canonical NaN; an Int128 that does not fit int64 is hashed as 16 bytes.
std::string result_digest(const std::vector<Result>& results);

/// One digest for several arrays, of which each has its own (ArrayDigest): that of the only one, else XXH3-128 over
/// their texts.
std::string digest_of(const std::vector<std::string>& digests);

}  // namespace scatterfold

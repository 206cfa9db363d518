// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

/// What a user's function is called with, at run time; without any header, as it is compiled with the function, too.
namespace scatterfold::user {

/// The elements of one input that are missing.
struct MissingRule {
  unsigned long long mark;  ///< the bits of an element that means missing, zero-extended
  bool has_mark;
  bool nan_is_missing;
};

/// Some elements of every input, side by side: the i-th of each belong together.
struct UserCall {
  const void* const* inputs;  ///< an array of `count` elements for each, of the type that was compiled for
  const MissingRule* rules;   ///< of each input
  long long count;
  const long long* index;  ///< each element's place in the whole shape, row-major; null where nobody asks
  const long long* shape;  ///< the whole one
  int dimensions;
  unsigned long long seed;     ///< of random numbers
  unsigned long long missing;  ///< bits of the value that a missing element becomes
  void* values;                ///< room for `count` of them
};

/// Computes the values. Where an element of any input is missing, or `where` leaves it out, the value is `missing`.
/// Returns how many values of others are `missing` by themselves (integers; a NaN is the one canonical NaN).
using UserMap = long long (*)(const UserCall& call);

}  // namespace scatterfold::user

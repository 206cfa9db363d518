// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "base/element_type.hpp"

namespace scatterfold {

/// What a user wrote of an element `x`, in C++. Either may be empty: the element itself, and all of them.
struct Expression {
  std::string value, where;

  bool given() const { return !value.empty() || !where.empty(); }
};

/// The shared object that it becomes has a C function and a constant of these names.
inline constexpr const char* user_map_name = "scatterfold_map";
inline constexpr const char* user_type_name = "scatterfold_type";

/// Computes the values of `count` elements, of the type that was compiled for. An element equal to `*mark` (bits of
/// that type; null: there is none), one that is NaN where `nan_is_missing`, and one that `where` leaves out become
/// `missing`. Returns how many values of others are `missing` by themselves (integers; a NaN is the one canonical NaN).
using UserMap = long long (*)(const void* elements, long long count, const unsigned long long* mark,
                              bool nan_is_missing, unsigned long long missing, void* values);

/// A translation unit of C++20 without any header, for elements of this type. Lines of the expression count as the
/// lines of files named `--expr` and `--where`.
std::string expression_text(const Expression& expression, ElementType element);

}  // namespace scatterfold

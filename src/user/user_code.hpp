// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "base/element_type.hpp"

namespace scatterfold {

/// What a user wrote in C++ of an element of each input. Either may be empty: the element of the only input itself, and
/// all of them.
struct UserCode {
  std::string value, where;

  bool given() const { return !value.empty() || !where.empty(); }
};

/// What the code calls an input's elements, and the type they have when it gets them (never float16).
struct UserInput {
  std::string name;
  ElementType type;
};

/// The shared object that it becomes has a C function (user::UserMap) and a constant of these names.
inline constexpr const char* user_map_name = "scatterfold_map";
inline constexpr const char* user_type_name = "scatterfold_type";

/// A translation unit of C++20 without any header. Lines of the code count as the lines of files named `--expr` and
/// `--where`.
std::string user_unit_text(const UserCode& code, const std::vector<UserInput>& inputs);

}  // namespace scatterfold

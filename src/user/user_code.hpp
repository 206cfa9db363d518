// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/element_type.hpp"

namespace scatterfold {

/// A file of functions, and the one of them that was asked for; no name where there is only one.
struct KernelFile {
  std::string path, name;
  std::string text;

  bool given() const { return !path.empty(); }
};

/// A number that a user gives a name: --set limit=300.
struct UserParameter {
  std::string name;
  std::variant<std::int64_t, double> value;
};

/// What a user wrote in C++ of an element of each input. What is folded is a kernel's value or an expression's, or,
/// where neither is given, the element of the only input itself; `where` chooses elements, all where it is empty.
struct UserCode {
  std::string value, where;
  KernelFile kernel = {};
  std::vector<UserParameter> parameters = {};

  bool given() const { return kernel.given() || !value.empty() || !where.empty(); }
};

/// What the code calls an input's elements, and the type they have when it gets them (never float16).
struct UserInput {
  std::string name;
  ElementType type;
};

/// The shared object that it becomes has a C function (user::UserMap) and two constants of these names.
inline constexpr const char* user_map_name = "scatterfold_map";
inline constexpr const char* user_type_name = "scatterfold_type";
inline constexpr const char* user_place_name = "scatterfold_uses_place";

/// Whether it asks where an element is, as index() and uniform() do, and whether it has random numbers.
bool uses_place(const UserCode& code);
bool uses_random_numbers(const UserCode& code);

enum class Processor { cpu, gpu };

/// A translation unit of C++20 without any header, of CUDA for a GPU: there the function is a kernel that takes a
/// user::DeviceCall. Lines of the code count as the lines of files named `--kernel`, `--expr` and `--where`.
/// Errors: UsageError where names in it do not fit the inputs and parameters.
std::string user_unit_text(const UserCode& code, const std::vector<UserInput>& inputs,
                           Processor processor = Processor::cpu);

}  // namespace scatterfold

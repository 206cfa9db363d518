// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "user/compiler.hpp"
#include "user/loaded_map.hpp"

/// What users' code makes of elements in memory, none of them missing.
namespace scatterfold {

template <class T>
constexpr ElementType element_type_of() {
  if (std::is_same_v<T, float>) return ElementType::float32;
  if (std::is_same_v<T, double>) return ElementType::float64;
  constexpr ElementType whole[] = {ElementType::int8,  ElementType::uint8,  ElementType::int16, ElementType::uint16,
                                   ElementType::int32, ElementType::uint32, ElementType::int64, ElementType::uint64};
  return whole[2 * (sizeof(T) == 8 ? 3 : sizeof(T) / 2) + (std::is_unsigned_v<T> ? 1 : 0)];
}

/// An input by its name.
template <class Element>
struct Elements {
  std::string name;
  std::vector<Element> values;
};

/// Where the first element is; the others follow it.
struct TestPlace {
  std::vector<long long> shape;
  long long first = 0;
  unsigned long long seed = 0;
  std::string instruction_set = "portable";
};

/// `count` values, of inputs that have as many elements each.
template <class Value, class... Element>
std::vector<Value> map_values(const UserCode& code, std::size_t count, const TestPlace& place,
                              const Elements<Element>&... inputs) {
  const LoadedMap map(compile(code, {{inputs.name, element_type_of<Element>()}...}, place.instruction_set));
  EXPECT_EQ(map.type(), element_type_of<Value>()) << code.value;
  const std::vector<const void*> pointers = {static_cast<const void*>(inputs.values.data())...};
  const std::vector<user::MissingRule> rules(sizeof...(inputs));
  std::vector<long long> index(count);
  std::iota(index.begin(), index.end(), place.first);
  std::vector<Value> values(count);
  user::UserCall call = {};
  call.inputs = pointers.data();
  call.rules = rules.data();
  call.count = static_cast<long long>(count);
  call.index = index.data();
  call.shape = place.shape.data();
  call.dimensions = static_cast<int>(place.shape.size());
  call.seed = place.seed;
  call.values = values.data();
  map.map()(call);
  return values;
}

/// What an error of this kind says of code that is compiled for an input x.
template <class Kind>
std::string message_of(const UserCode& code, ElementType element = ElementType::float32) {
  try {
    compile(code, {{"x", element}}, "portable");
  } catch (const Kind& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error of that kind: " << code.value;
  return "";
}

}  // namespace scatterfold

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace scatterfold {

/// The numeric types an element can be stored as. Booleans are stored as uint8.
enum class ElementType : std::uint8_t {
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float16,
  float32,
  float64
};

inline constexpr int element_type_count = 11;

constexpr std::int64_t size_of(ElementType type) {
  constexpr std::int64_t sizes[element_type_count] = {1, 1, 2, 2, 4, 4, 8, 8, 2, 4, 8};
  return sizes[static_cast<int>(type)];
}

constexpr std::string_view name_of(ElementType type) {
  constexpr std::string_view names[element_type_count] = {"int8",  "uint8",  "int16",   "uint16",  "int32",  "uint32",
                                                          "int64", "uint64", "float16", "float32", "float64"};
  return names[static_cast<int>(type)];
}

constexpr bool is_float(ElementType type) { return type >= ElementType::float16; }

constexpr bool is_unsigned(ElementType type) { return !is_float(type) && static_cast<int>(type) % 2 == 1; }

/// The type of that name ("float32"), or nothing.
constexpr std::optional<ElementType> element_type_named(std::string_view name) {
  for (int i = 0; i < element_type_count; ++i) {
    if (name_of(static_cast<ElementType>(i)) == name) return static_cast<ElementType>(i);
  }
  return std::nullopt;
}

}  // namespace scatterfold

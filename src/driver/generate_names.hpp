// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <optional>
#include <string_view>

#include "source/field.hpp"

namespace scatterfold {

inline constexpr std::string_view field_kind_names[] = {"normal", "uniform", "ramp", "climate"};

constexpr std::string_view name_of(FieldKind kind) { return field_kind_names[static_cast<int>(kind)]; }

constexpr std::optional<FieldKind> field_kind_named(std::string_view name) {
  for (int i = 0; i < 4; ++i) {
    if (field_kind_names[i] == name) return static_cast<FieldKind>(i);
  }
  return std::nullopt;
}

}  // namespace scatterfold

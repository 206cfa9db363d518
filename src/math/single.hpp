// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

namespace scatterfold::math {

template <class Type>
inline constexpr bool is_float32 = false;
template <>
inline constexpr bool is_float32<float> = true;

/// float32 itself and nothing that converts to it: functions of `Single auto` leave whole numbers, and arguments of
/// two types, to the function of float64 beside them, as the standard library does.
template <class Type>
concept Single = is_float32<Type>;

}  // namespace scatterfold::math

// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "math/trigonometric.hpp"
#include "user/numbers.hpp"

namespace scatterfold::user {

/// How angles are taken: of any size, or medium ones only (math::is_medium), which loops become SIMD code for. Such a
/// loop is run again for any if one was beyond. Wide, as SIMD code has it.
struct Angles {
  bool any = true;
  long long beyond = 0;
};

/// The functions whose way of doing large angles has a branch. What the text of a user is a part of, beside
/// PlaceFunctions.
struct AngleFunctions {
  Angles scatterfold_angles = {};

#define SCATTERFOLD_OF_ANGLE(name)                               \
  template <class T>                                             \
  requires is_number<T> SCATTERFOLD_HD auto name(T x) {          \
    const RealOf<T> angle = static_cast<RealOf<T>>(x);           \
    if (scatterfold_angles.any) return math::name(angle);        \
    scatterfold_angles.beyond |= math::is_medium(angle) ? 0 : 1; \
    return math::name##_of_medium(angle);                        \
  }
  SCATTERFOLD_OF_ANGLE(sin)
  SCATTERFOLD_OF_ANGLE(cos)
  SCATTERFOLD_OF_ANGLE(tan)
#undef SCATTERFOLD_OF_ANGLE
};

}  // namespace scatterfold::user

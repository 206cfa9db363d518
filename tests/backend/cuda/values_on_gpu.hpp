// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "base/host_device.hpp"
#include "base/math.hpp"
#include "source/field.hpp"

/// Functions of one number that both sides have, called by kernels. Pointers are those of the device.
namespace scatterfold::conformance {

/// The elements of a generated field at these flattened indices.
cudaError_t field_values(const Field& field, const long long* indices, std::int64_t count, double* values);

inline constexpr int own_functions = 7;

SCATTERFOLD_HD double own_function(int which, double x) {
  switch (which) {
    case 0: return math::log(x);
    case 1: return math::exp(x);
    case 2: return math::sin(x);
    case 3: return math::cos(x);
    case 4: return math::sin_pi(x);
    case 5: return math::cos_pi(x);
    default: return math::sqrt(x);
  }
}

/// One of them of every argument.
cudaError_t own_function_values(int which, const double* arguments, std::int64_t count, double* values);

}  // namespace scatterfold::conformance
